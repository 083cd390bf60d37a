using System.Runtime.InteropServices;

namespace LiveComments.Server.Connections;

/// <summary>The process's limit of open files. The runtime has already raised the soft limit to the hard one.</summary>
internal static class OpenFiles
{
    /// <summary>
    /// The smallest limit to start with. The runtime keeps two files open for each of some 150 libraries, the store and the log another twenty: below this nothing is left for
    /// people who connect, or not even all libraries can be loaded.
    /// </summary>
    public const int Least = 640;

    /// <summary>What this process may have open; null where nothing limits it.</summary>
    public static long? Limit
    {
        get
        {
            if (OperatingSystem.IsWindows() || getrlimit(OperatingSystem.IsMacOS() ? 8 : 7, out var limit) != 0 || limit.Soft > int.MaxValue)
                return null;
            return (long)limit.Soft;
        }
    }

    /// <summary>What it has open now.</summary>
    public static int InUse
    {
        get
        {
            try
            {
                return Directory.GetFiles(OperatingSystem.IsLinux() ? "/proc/self/fd" : "/dev/fd").Length;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // As many as usual.
                return Least / 2;
            }
        }
    }

    /// <summary>Null when the program can run; otherwise the error. Checked first, because with a very low limit no other library could be loaded.</summary>
    public static string? Fault() => Limit is { } limit and < Least ? TooFew(limit) : null;

    /// <summary>The error for a limit that leaves no room for connections.</summary>
    public static string TooFew(long limit) =>
        $"This process may have {limit} files open at a time, which leaves too few for viewers: {Least} are the least, and every viewer needs one more. Raise the limit (ulimit -n, or LimitNOFILE= of a systemd unit).";

    [DllImport("libc")]
    private static extern int getrlimit(int resource, out ResourceLimit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
