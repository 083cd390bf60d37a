using LiveComments.Comments;

namespace LiveComments.Replay;

/// <summary>What was on stage from a time on.</summary>
/// <param name="Comment">Null for nothing, and for a comment that was removed since.</param>
public readonly record struct StagedComment(DateTimeOffset Time, Comment? Comment);
