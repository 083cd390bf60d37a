namespace LiveComments.Ingest;

/// <summary>
/// A token bucket in one number: the time at which it will be full again (the generic cell rate algorithm, ITU-T I.371).
/// </summary>
public struct TokenBucket
{
    private long _fullAt;

    /// <summary>What one token costs, in timestamps of <paramref name="time"/>.</summary>
    public static long Cost(TimeProvider time, double perSecond) => (long)(time.TimestampFrequency / perSecond);

    /// <summary>Takes one token, or says how long to wait for one.</summary>
    /// <param name="now">A timestamp of <paramref name="time"/>.</param>
    public TimeSpan? Take(TimeProvider time, long now, double perSecond, int burst)
    {
        var cost = Cost(time, perSecond);
        while (true)
        {
            var fullAt = Volatile.Read(ref _fullAt);
            var next = Math.Max(fullAt, now) + cost;
            var wait = next - now - cost * burst;
            if (wait > 0)
                return time.GetElapsedTime(0, wait);
            if (Interlocked.CompareExchange(ref _fullAt, next, fullAt) == fullAt)
                return null;
        }
    }

    /// <summary>Gives one token back.</summary>
    /// <param name="cost">What it cost: see <see cref="Cost"/>.</param>
    public void GiveBack(long cost) => Interlocked.Add(ref _fullAt, -cost);

    /// <summary>It is full no earlier than this, a timestamp.</summary>
    public void Raise(long fullAt)
    {
        for (var known = Volatile.Read(ref _fullAt); known < fullAt;)
        {
            var was = Interlocked.CompareExchange(ref _fullAt, fullAt, known);
            if (was == known)
                return;
            known = was;
        }
    }

    public readonly bool IsFull(long now) => _fullAt <= now;
}
