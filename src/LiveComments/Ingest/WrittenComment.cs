using LiveComments.Comments;

namespace LiveComments.Ingest;

/// <summary>What the limits must know of a comment that was placed or held before.</summary>
/// <param name="Age">How long ago that was.</param>
public readonly record struct WrittenComment(CommentId Id, Author Author, string Text, TimeSpan Age);
