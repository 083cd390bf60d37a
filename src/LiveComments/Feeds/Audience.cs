namespace LiveComments.Feeds;

/// <summary>How many people watch an event on this node. A feed that retires admits nobody any more; whoever comes then opens the next one.</summary>
/// <param name="changed">Called when somebody joined or left.</param>
internal sealed class Audience(Action changed)
{
    /// <summary>Added to the number of viewers when a feed retires: the sign bit.</summary>
    private const int Retired = int.MinValue;

    private int _viewers;

    /// <summary>Viewers; negative once the feed has retired.</summary>
    public int Count => Volatile.Read(ref _viewers);

    public bool IsRetired => Count < 0;

    /// <summary>Counts one more viewer; false when the feed has retired.</summary>
    public bool TryEnter()
    {
        while (true)
        {
            var viewers = Count;
            if (viewers < 0)
                return false;
            if (Interlocked.CompareExchange(ref _viewers, viewers + 1, viewers) == viewers)
                break;
        }
        changed();
        return true;
    }

    public void Leave()
    {
        Interlocked.Decrement(ref _viewers);
        changed();
    }

    /// <summary>Admits nobody any more; false when somebody is watching.</summary>
    public bool TryRetire() => Interlocked.CompareExchange(ref _viewers, Retired, 0) == 0;

    /// <summary>Admits nobody any more, whoever is watching.</summary>
    public void Retire() => Interlocked.Or(ref _viewers, Retired);
}
