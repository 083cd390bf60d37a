using System.Runtime.InteropServices;

namespace LiveComments.Server.Files;

/// <summary>Gives a finished file its name unless another has it. <c>File.Move</c> looks first and renames then, so two processes could both win.</summary>
internal static class NewName
{
    private const int AlreadyExists = 17;

    /// <summary>True when the file has the name now; false, and it stays where it is, when there is one of this name.</summary>
    /// <exception cref="IOException"/>
    public static bool TryGive(string draft, string name)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (link(draft, name) == 0)
            {
                File.Delete(draft);
                return true;
            }
            if (Marshal.GetLastPInvokeError() == AlreadyExists)
                return false;
            // A file system without hard links.
        }
        try
        {
            File.Move(draft, name);
            return true;
        }
        catch (IOException) when (File.Exists(name))
        {
            return false;
        }
    }

    [DllImport("libc", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
