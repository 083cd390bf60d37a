namespace LiveComments.Comments;

/// <summary>A page of comments.</summary>
/// <param name="Comments">Ascending by position.</param>
/// <param name="CompleteTo">
/// Up to where the page is complete: a reader who goes on from here misses nothing. The head of the log when the page holds
/// everything that was asked for, or what comes just before BeforeSeq if that is earlier.
/// </param>
/// <param name="More">True when the limit cut the page off.</param>
public sealed record CommentPage(IReadOnlyList<Comment> Comments, Position CompleteTo, bool More);
