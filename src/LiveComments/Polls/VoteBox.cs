namespace LiveComments.Polls;

/// <summary>A poll while a batch of votes is counted.</summary>
/// <param name="poll">As it is stored, with its counts; null when the event has no such poll.</param>
/// <param name="given">What those in the batch chose before.</param>
public sealed class VoteBox(Poll? poll, Dictionary<UserId, int> given, DateTimeOffset now)
{
    private readonly int[] _counts = [.. poll?.Tally.Counts ?? []];
    private readonly Dictionary<UserId, int> _changed = [];
    private int _votes = poll?.Tally.Votes ?? 0;

    /// <summary>With what was counted so far.</summary>
    public Poll? Poll { get; private set; } = poll;

    /// <summary>Those who chose something else than before, and what.</summary>
    public IReadOnlyDictionary<UserId, int> Changed => _changed;

    public Error? Take(UserId user, int option)
    {
        if (PollRules.RefusalOf(Poll, option, now) is { } error)
            return error;
        if (given.TryGetValue(user, out var former))
        {
            if (former == option)
                return null;
            _counts[former]--;
        }
        else
            _votes++;
        _counts[option]++;
        given[user] = _changed[user] = option;
        return null;
    }

    /// <summary>The counts are final for this batch: they get one new version if anything has changed.</summary>
    public void Count()
    {
        if (_changed.Count > 0)
            Poll = Poll! with { Tally = new PollTally(Poll.Id, Poll.Tally.Version + 1, _votes, [.. _counts]) };
    }
}
