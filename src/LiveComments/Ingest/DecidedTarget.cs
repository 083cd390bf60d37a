using LiveComments.Moderation;

namespace LiveComments.Ingest;

/// <summary>What has become of a decision about one comment or person.</summary>
/// <param name="Decision">The decision that was taken now, or the one that was there before; null when there is none, or nobody knows which it was.</param>
public readonly record struct DecidedTarget(Guid Target, DecisionStatus Status, ModeratorDecision? Decision);
