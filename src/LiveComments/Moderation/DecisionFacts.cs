namespace LiveComments.Moderation;

/// <summary>What a store knows about what a decision is about.</summary>
public sealed record DecisionFacts
{
    /// <summary>What has become of the held comment; null when the comment was never held.</summary>
    public HeldState? Held { get; init; }

    /// <summary>Whether reports about the comment wait for a moderator.</summary>
    public bool IsReported { get; init; }

    /// <summary>The last decision that <see cref="ModerationRules.AnsweredBy"/> names, about the same in the same scope; null when there is none.</summary>
    public ModeratorDecision? Earlier { get; init; }

    /// <summary>The restrictions of the person in the same scope, also those that have ended.</summary>
    public IReadOnlyList<Restriction> Restrictions { get; init; } = [];

    /// <summary>The decision that an undo takes back; null when there is none.</summary>
    public ModeratorDecision? Undone { get; init; }
}
