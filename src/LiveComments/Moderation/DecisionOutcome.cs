namespace LiveComments.Moderation;

/// <summary>What has become of a decision.</summary>
/// <param name="Earlier">The decision that was there before, with <see cref="DecisionStatus.Already"/>; null when nobody knows which it was.</param>
public readonly record struct DecisionOutcome(DecisionStatus Status, ModeratorDecision? Earlier = null);
