using LiveComments.Comments;

namespace LiveComments;

/// <summary>
/// Comments found by other means than their place in the log. Removed comments are left out everywhere but in <see cref="FindRemovedAsync"/> and <see cref="FirstsAsync"/>. Lists are ascending by
/// position unless said otherwise. Every method may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface ICommentQueries
{
    /// <summary>One comment of one event; null when unknown, removed or of another event.</summary>
    ValueTask<Comment?> FindAsync(EventId id, CommentId commentId, CancellationToken ct);

    /// <summary>One removed comment of one event; null when it is unknown, stands, is of another event, or its text has been erased.</summary>
    ValueTask<RemovedComment?> FindRemovedAsync(EventId id, CommentId commentId, CancellationToken ct);

    /// <summary>A page of an event or of one thread.</summary>
    ValueTask<CommentPage> PageAsync(EventId id, PageRequest request, CancellationToken ct);

    /// <summary>The comments with the most reactions, most first; ties by position.</summary>
    ValueTask<IReadOnlyList<Comment>> PopularAsync(EventId id, int limit, CancellationToken ct);

    /// <summary>The questions of an event, also those that were answered, newest first. Its cost grows with the limit.</summary>
    ValueTask<IReadOnlyList<Comment>> QuestionsAsync(EventId id, int limit, CancellationToken ct);

    /// <summary>What one person wrote, in any event, newest first.</summary>
    ValueTask<IReadOnlyList<FoundComment>> ByAuthorAsync(UserId author, CommentId? before, int limit, CancellationToken ct);

    /// <summary>The seq of the first comment that each of these people wrote in one event, also where it was removed since. Those who wrote none are left out.</summary>
    ValueTask<IReadOnlyDictionary<UserId, long>> FirstsAsync(EventId id, IReadOnlyCollection<UserId> authors, CancellationToken ct);

    /// <summary>Comments that mention one person, in any event, newest first.</summary>
    ValueTask<IReadOnlyList<FoundComment>> MentioningAsync(UserId user, CommentId? before, int limit, CancellationToken ct);
}
