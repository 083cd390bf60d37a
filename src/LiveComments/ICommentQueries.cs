namespace LiveComments;

/// <summary>
/// Comments by other ways than their place in the log. Removed comments are left out everywhere. Lists are ascending by
/// position unless said otherwise. Every method may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface ICommentQueries
{
    /// <summary>One comment of one event; null when unknown, removed or of another event.</summary>
    ValueTask<Comment?> FindAsync(EventId id, CommentId commentId, CancellationToken ct);

    /// <summary>A page of an event or of one thread.</summary>
    ValueTask<CommentPage> PageAsync(EventId id, PageRequest request, CancellationToken ct);

    /// <summary>The comments with the most reactions, most first; ties by position.</summary>
    ValueTask<IReadOnlyList<Comment>> PopularAsync(EventId id, int limit, CancellationToken ct);

    /// <summary>What one person wrote, in any event, newest first.</summary>
    ValueTask<IReadOnlyList<FoundComment>> ByAuthorAsync(UserId author, CommentId? before, int limit, CancellationToken ct);

    /// <summary>Comments that mention one person, in any event, newest first.</summary>
    ValueTask<IReadOnlyList<FoundComment>> MentioningAsync(UserId user, CommentId? before, int limit, CancellationToken ct);
}

/// <summary>
/// Which comments of an event: those with AfterSeq &lt; seq &lt; BeforeSeq, not older than Since (inclusive), only the replies to
/// the comment Thread when it is given; the first Limit of them, or the last when Newest.
/// </summary>
public sealed record PageRequest(long AfterSeq, long BeforeSeq, DateTimeOffset? Since, CommentId? Thread, bool Newest, int Limit);

/// <summary>A page of comments.</summary>
/// <param name="Comments">Ascending by position.</param>
/// <param name="CompleteTo">
/// Up to where the page is complete: a reader who goes on from here misses nothing. The head of the log when the page holds
/// everything that was asked for, or what comes just before BeforeSeq if that is earlier.
/// </param>
/// <param name="More">True when the limit cut the page off.</param>
public sealed record CommentPage(IReadOnlyList<Comment> Comments, Position CompleteTo, bool More);

/// <summary>A comment with the event it was written in.</summary>
public sealed record FoundComment(EventId EventId, Comment Comment);
