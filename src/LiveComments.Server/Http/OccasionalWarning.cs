namespace LiveComments.Server.Http;

/// <summary>Limits a warning that any request may cause, so that clients cannot fill the log.</summary>
internal sealed class OccasionalWarning(TimeProvider time)
{
    /// <summary>Between two warnings: often enough for an operator who has just changed a setting and watches the log.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private const long Never = long.MinValue;

    private long _last = Never;

    /// <summary>True for one caller in each pause, the first at once.</summary>
    public bool IsDue()
    {
        var last = Volatile.Read(ref _last);
        var now = time.GetTimestamp();
        return (last == Never || time.GetElapsedTime(last, now) >= Pause) && Interlocked.CompareExchange(ref _last, now, last) == last;
    }
}
