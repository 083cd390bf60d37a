using System.Runtime.InteropServices;
using System.Text;

namespace LiveComments.Sqlite;

/// <summary>Identifies the file behind a name by its device and its inode number.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Number)
{
    /// <summary>Null where there is no such file, and where the system is not Linux. About a microsecond.</summary>
    /// <param name="path">UTF-8 with a zero at the end: see <see cref="Path"/>.</param>
    public static FileIdentity? Of(byte[] path)
    {
        const int currentFolder = -100;
        const uint number = 0x100; // STATX_INO
        if (!OperatingSystem.IsLinux())
            return null;
        // struct statx is the same on every processor, which struct stat is not.
        Span<byte> answer = stackalloc byte[256];
        return statx(currentFolder, path, 0, number, ref MemoryMarshal.GetReference(answer)) == 0
            ? new FileIdentity(BitConverter.ToUInt64(answer[136..]), BitConverter.ToUInt64(answer[32..]))
            : null;
    }

    /// <summary>A path as the system takes it.</summary>
    public static byte[] Path(string path) => Encoding.UTF8.GetBytes(path + '\0');

    [DllImport("libc")]
    private static extern int statx(int folder, byte[] path, int flags, uint mask, ref byte answer);
}
