namespace LiveComments.Reactions;

/// <summary>The outcome of a reaction: <see cref="Error"/> is null when it is stored.</summary>
public readonly record struct ReactionResult(ReactionTally Tally, Error? Error);
