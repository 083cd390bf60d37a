using System.Diagnostics;

namespace LiveComments.Load.Net;

/// <summary>Monotonic microseconds since the program started.</summary>
internal static class Clock
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    public static long Now => (long)((Stopwatch.GetTimestamp() - Start) * (1e6 / Stopwatch.Frequency));
}
