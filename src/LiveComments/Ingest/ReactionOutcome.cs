using LiveComments.Polls;
using LiveComments.Reactions;

namespace LiveComments.Ingest;

/// <summary>The outcome of a reaction request.</summary>
/// <param name="Refusal">Null when it is stored.</param>
/// <param name="Tally">The comment's counts with it.</param>
/// <param name="Votes">Of a vote, what was voted in the poll with it.</param>
public readonly record struct ReactionOutcome(Refusal? Refusal, ReactionTally Tally = default, PollTally? Votes = null);
