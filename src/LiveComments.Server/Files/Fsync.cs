using System.Runtime.InteropServices;

namespace LiveComments.Server.Files;

/// <summary>
/// Makes files and file names survive a power loss. The framework's <c>FileStream.Flush(true)</c> swallows what fsync
/// reports, and has nothing for folders.
/// </summary>
internal static class Fsync
{
    private const int InputOutputError = 5;

    /// <exception cref="IOException">What was written may not be on the disk.</exception>
    public static void File(FileStream file)
    {
        if (OperatingSystem.IsWindows())
        {
            file.Flush(flushToDisk: true);
            return;
        }
        file.Flush();
        if (fsync(file.SafeFileHandle) != 0)
            throw Failed(file.Name);
    }

    /// <summary>Flushes a folder's list of names; those of its files are not followed.</summary>
    /// <exception cref="IOException">A file created or renamed in it may not be found after a power loss.</exception>
    public static void Folder(string path)
    {
        // There the file system's own journal keeps the names.
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = open(path, 0);
        if (descriptor < 0)
            throw Failed(path);
        try
        {
            if (fsync(descriptor) != 0)
                throw Failed(path);
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private static IOException Failed(string path) =>
        new($"{path} could not be flushed: {Marshal.GetLastPInvokeErrorMessage()}", InputOutputError);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(SafeHandle file);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int file);

    [DllImport("libc", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc")]
    private static extern int close(int file);
}
