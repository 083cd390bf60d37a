namespace LiveComments.Ingest;

/// <summary>A token bucket of this node that hears what is taken from its namesakes on other nodes.</summary>
/// <param name="kind">With the id, its name on all nodes.</param>
public sealed class SharedBucket(char kind, UInt128 id, LimitSharing? sharing)
{
    private TokenBucket _bucket;
    private long _unsaid;
    private int _isWaiting;

    internal string Name => $"{kind}:{id:x32}";

    /// <inheritdoc cref="TokenBucket.Take"/>
    public TimeSpan? Take(TimeProvider time, long now, double perSecond, int burst)
    {
        if (_bucket.Take(time, now, perSecond, burst) is { } wait)
            return wait;
        Say(TokenBucket.Cost(time, perSecond));
        return null;
    }

    /// <inheritdoc cref="TokenBucket.GiveBack"/>
    public void GiveBack(long cost)
    {
        _bucket.GiveBack(cost);
        Say(-cost);
    }

    /// <inheritdoc cref="TokenBucket.IsFull"/>
    public bool IsFull(long now) => _bucket.IsFull(now);

    /// <summary>What was taken since this was asked last, in timestamps.</summary>
    internal long TakeUnsaid()
    {
        Volatile.Write(ref _isWaiting, 0);
        return Interlocked.Exchange(ref _unsaid, 0);
    }

    /// <summary>On all nodes together, so much was taken that it is full no earlier than this.</summary>
    internal void FullAt(long timestamp) => _bucket.Raise(timestamp);

    private void Say(long cost)
    {
        if (sharing is not { IsShared: true })
            return;
        Interlocked.Add(ref _unsaid, cost);
        if (Interlocked.Exchange(ref _isWaiting, 1) == 0 && !sharing.Add(this))
            TakeUnsaid();
    }
}
