using LiveComments.Polls;

namespace LiveComments.Reactions;

/// <summary>The outcome of a reaction: <see cref="Error"/> is null when it is stored.</summary>
/// <param name="Votes">Of a vote, what was voted in the poll; null otherwise.</param>
public readonly record struct ReactionResult(ReactionTally Tally, Error? Error, PollTally? Votes = null);
