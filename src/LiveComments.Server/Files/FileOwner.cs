using System.Runtime.InteropServices;

namespace LiveComments.Server.Files;

/// <summary>The owner of a file, which the framework does not expose.</summary>
internal readonly record struct FileOwner(uint Id)
{
    public bool IsRoot => Id == 0;

    /// <summary>As <c>sudo -u</c> takes it.</summary>
    public string Name
    {
        get
        {
            var id = $"{Id}";
            var user = File.Exists("/etc/passwd") ? File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(user => user.Length > 2 && user[2] == id) : null;
            return user?[0] ?? $"'#{id}'";
        }
    }

    /// <summary>Null where there is no such file, and where the system is not Linux.</summary>
    public static FileOwner? Of(string path)
    {
        const int currentFolder = -100;
        const uint ownersId = 8;
        // struct statx is the same on every processor, which struct stat is not.
        var answer = new byte[256];
        return OperatingSystem.IsLinux() && statx(currentFolder, path, 0, ownersId, answer) == 0
            ? new FileOwner(BitConverter.ToUInt32(answer, 20))
            : null;
    }

    [DllImport("libc", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] answer);
}
