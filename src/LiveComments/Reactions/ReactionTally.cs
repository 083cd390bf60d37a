namespace LiveComments.Reactions;

/// <summary>Absolute counts with a version that grows with every committed change, so that the newer of two tallies is known.</summary>
public readonly record struct ReactionTally(long Version, ReactionCounts Counts);
