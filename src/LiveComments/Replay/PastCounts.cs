using LiveComments.Reactions;

namespace LiveComments.Replay;

/// <summary>The reactions to one comment as they stood at a time.</summary>
/// <param name="Time">The end of the second in which the counts changed.</param>
public readonly record struct PastCounts(DateTimeOffset Time, CommentId CommentId, ReactionCounts Counts);
