namespace LiveComments.Ingest;

/// <summary>One person's turn in one event in slow mode.</summary>
/// <param name="key">The key of the comment that took it.</param>
/// <param name="endsAt">When the next may be taken, a timestamp.</param>
internal sealed class SlowTurn(SlowTurns turns, EventId id, int seconds, string? key, long endsAt)
{
    public EventId Event => id;

    public int Seconds => seconds;

    public string? Key => key;

    public long EndsAt => endsAt;

    /// <summary>Tries of its comment that are under way.</summary>
    public int Tries { get; set; } = 1;

    /// <summary>A try was stored, or may have been.</summary>
    public bool IsSpent { get; set; }

    public void Spend() => turns.End(this, spent: true);

    public void Release() => turns.End(this, spent: false);
}
