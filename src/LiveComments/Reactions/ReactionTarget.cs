namespace LiveComments.Reactions;

/// <summary>A comment that people react to, while a batch is applied.</summary>
/// <param name="given">Who has reacted to it, of those in the batch, and how.</param>
public sealed class ReactionTarget(long seq, ReactionTally tally, Dictionary<UserId, ReactionType> given)
{
    private readonly Dictionary<UserId, ReactionType?> _changed = [];

    public long Seq => seq;

    public ReactionTally Tally { get; private set; } = tally;

    /// <summary>How often somebody gave, changed or took back a reaction.</summary>
    public int Changes { get; private set; }

    /// <summary>What those who changed something give now; null is nothing.</summary>
    public IEnumerable<KeyValuePair<UserId, ReactionType?>> Changed => _changed;

    public void Apply(UserId user, ReactionType? type)
    {
        var former = given.TryGetValue(user, out var found) ? found : (ReactionType?)null;
        if (former == type)
            return;
        if (former is { } left)
            Count(left, -1);
        if (type is { } added)
        {
            Count(added, 1);
            given[user] = added;
        }
        else
            given.Remove(user);
        _changed[user] = type;
        Changes++;
    }

    /// <summary>Gives what was changed its version.</summary>
    public void Raise(long version) => Tally = Tally with { Version = version };

    private void Count(ReactionType type, int change) => Tally = Tally with { Counts = Tally.Counts.Add(type, change) };
}
