using LiveComments.Load.Measure;

namespace LiveComments.Load.Check;

/// <summary>When viewers lost their connection, and when each of them was complete again: it watches, and has seen all that was acknowledged when it came back.</summary>
internal sealed class Absences(IReadOnlyList<Viewer> viewers)
{
    /// <summary>Microseconds between two looks: a viewer that ended is away for longer.</summary>
    private const long LookEvery = 10_000;

    private readonly long[] _since = new long[viewers.Count];
    private readonly long[] _wants = new long[viewers.Count];
    private int _away;
    private long _look;

    /// <summary>How many began.</summary>
    public int Count { get; private set; }

    /// <summary>When the first began; 0 before.</summary>
    public long FirstAt { get; private set; }

    /// <summary>When, for the first time after that, nobody was away; 0 before.</summary>
    public long AllBackAt { get; private set; }

    /// <summary>How long those were away who came back until <see cref="AllBackAt"/>, in microseconds.</summary>
    public Histogram First { get; } = new();

    /// <summary>The same of those who came back later.</summary>
    public Histogram Later { get; } = new();

    /// <param name="head">The last seq that was acknowledged to anybody.</param>
    public void Look(long now, long head)
    {
        if (now < _look)
            return;
        _look = now + LookEvery;
        for (var i = 0; i < viewers.Count; i++)
            Look(i, now, head);
        if (Count > 0 && _away == 0 && AllBackAt == 0)
            AllBackAt = now;
    }

    private void Look(int i, long now, long head)
    {
        var viewer = viewers[i];
        if (!viewer.IsWatching)
        {
            _wants[i] = 0;
            if (_since[i] > 0)
                return;
            _since[i] = viewer.EndedAt;
            FirstAt = FirstAt == 0 ? viewer.EndedAt : FirstAt;
            Count++;
            _away++;
            return;
        }
        if (_since[i] == 0)
            return;
        if (_wants[i] == 0)
            _wants[i] = head;
        if (viewer.Cursor < _wants[i])
            return;
        (AllBackAt == 0 ? First : Later).Add(now - _since[i]);
        _since[i] = 0;
        _away--;
    }
}
