namespace LiveComments.Moderation;

/// <summary>What a decision changes in a store, beside its entry in the audit log.</summary>
public sealed record DecisionEffect
{
    /// <summary>The new state of the held comment; null when it stays.</summary>
    public HeldState? Becomes { get; init; }

    /// <summary>Whether the reports about the comment are settled.</summary>
    public bool SettlesReports { get; init; }

    /// <summary>The restriction that is added in place of one of the same kind; null for none.</summary>
    public Restriction? Adds { get; init; }

    /// <summary>The restrictions that end.</summary>
    public IReadOnlyList<Restriction> Ends { get; init; } = [];

    /// <summary>Whether something in the event's log follows from it, so that it is remembered until that is done.</summary>
    public bool IsUnfinished { get; init; }
}
