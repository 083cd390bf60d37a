namespace LiveComments.Ingest;

/// <summary>The turns that one person has taken lately in events in slow mode.</summary>
internal sealed class SlowTurns
{
    /// <summary>Events in slow mode in which one person may write within the time of a turn: more than anybody follows. Writing in one more must wait until a turn is over.</summary>
    public const int Max = 16;

    private readonly List<SlowTurn> _turns = [];

    /// <summary>Takes the turn of an event.</summary>
    /// <param name="now">A timestamp of <paramref name="time"/>.</param>
    /// <param name="key">The comment's idempotency key: whoever tries again with the same key shares the turn of the first try.</param>
    /// <returns>Null with the turn, otherwise how long to wait for one.</returns>
    public TimeSpan? Take(EventId id, int seconds, string? key, TimeProvider time, long now, out SlowTurn? turn)
    {
        lock (_turns)
        {
            // A turn of another length belongs to a slow mode that was changed since; it does not count.
            _turns.RemoveAll(turn => turn.EndsAt <= now || (turn.Event == id && turn.Seconds != seconds));
            turn = null;
            foreach (var taken in _turns)
                if (taken.Event == id)
                {
                    if (key is null || taken.Key != key)
                        return time.GetElapsedTime(now, taken.EndsAt);
                    taken.Tries++;
                    turn = taken;
                    return null;
                }
            if (_turns.Count >= Max)
                return time.GetElapsedTime(now, _turns.Min(taken => taken.EndsAt));
            _turns.Add(turn = new SlowTurn(this, id, seconds, key, now + seconds * time.TimestampFrequency));
            return null;
        }
    }

    /// <summary>No turn lasts any more.</summary>
    public bool AreOver(long now)
    {
        lock (_turns)
            return _turns.TrueForAll(turn => turn.EndsAt <= now);
    }

    /// <summary>A try of a turn has ended.</summary>
    public void End(SlowTurn turn, bool spent)
    {
        lock (_turns)
        {
            turn.IsSpent |= spent;
            // Only once no try is under way that may still be stored.
            if (--turn.Tries == 0 && !turn.IsSpent)
                _turns.Remove(turn);
        }
    }
}
