using LiveComments.Reactions;

namespace LiveComments.Replay;

/// <summary>The reactions to one comment as they stood at a time.</summary>
/// <param name="Time">To the second: the end of the second in which they became so.</param>
public readonly record struct PastCounts(DateTimeOffset Time, CommentId CommentId, ReactionCounts Counts);
