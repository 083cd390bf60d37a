namespace LiveComments.Polls;

/// <summary>The outcome of a vote: <see cref="Error"/> is null when it is stored.</summary>
/// <param name="Poll">With the counts after the whole batch; null when there is no such poll.</param>
public readonly record struct VoteResult(Poll? Poll, Error? Error);
