using Microsoft.Extensions.Options;

namespace LiveComments.Analytics;

/// <summary>Rows of what this node saw, until they are written. It is bounded, and adding never waits: what does not fit is left out and counted.</summary>
public sealed class AnalyticsQueue(IOptions<AnalyticsOptions> options)
{
    private readonly Lock _lock = new();
    private readonly int _capacity = options.Value.Queue;
    private List<AnalyticsRow> _rows = [];
    private long _left;
    private int _elsewhere;

    /// <summary>Whether anything is counted.</summary>
    public bool IsOn { get; } = options.Value.Enabled;

    /// <summary>Rows that wait here.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _rows.Count;
        }
    }

    /// <summary>Rows that were taken and are still in memory; they take room too.</summary>
    internal int Elsewhere
    {
        get => Volatile.Read(ref _elsewhere);
        set => Volatile.Write(ref _elsewhere, value);
    }

    public void Add(in AnalyticsRow row)
    {
        if (!IsOn)
            return;
        lock (_lock)
            if (_rows.Count + _elsewhere < _capacity)
                _rows.Add(row);
            else
                _left++;
    }

    /// <summary>Takes what waits, and how many rows had no room since the last time.</summary>
    internal (List<AnalyticsRow> Rows, long Left) Take()
    {
        lock (_lock)
        {
            var taken = (_rows, _left);
            (_rows, _left) = ([], 0);
            return taken;
        }
    }
}
