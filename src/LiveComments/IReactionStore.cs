using LiveComments.Reactions;

namespace LiveComments;

/// <summary>Reactions: one per user and comment. The rows are the truth, and the counts follow them exactly.</summary>
public interface IReactionStore
{
    /// <summary>
    /// Applies drafts in the order given, in one transaction that is flushed before the results are returned. Idempotent: a
    /// draft that changes nothing leaves the version alone. Results stand in the order of the drafts and carry the counts
    /// after the whole batch; unknown or removed comments, and comments of another event, are refused with <see cref="Error.CommentNotFound"/>.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing is known to be applied; applying again is safe.</exception>
    ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct);

    /// <summary>
    /// The tallies of an event's comments that changed after a version, in the order of their versions: every change in the event gets a higher version than all before. Those of removed
    /// comments are among them. Empty for an event without a log.
    /// </summary>
    /// <param name="afterVersion">0 for all.</param>
    /// <param name="limit">Tallies of one version are never separated, so there may be more: versions that a program before 0.2 gave are only unique within a comment.</param>
    /// <exception cref="StoreUnavailableException"/>
    ValueTask<IReadOnlyList<CommentTally>> ChangedAsync(EventId id, long afterVersion, int limit, CancellationToken ct);

    /// <summary>How many reactions an event's comments have in all. Its cost grows with the comments that have any: about a millisecond for 20,000.</summary>
    /// <exception cref="StoreUnavailableException"/>
    ValueTask<ReactionTotal> TotalAsync(EventId id, CancellationToken ct);

    /// <summary>One person's reactions to these comments of an event; comments without one are left out. A page of comments is one query.</summary>
    /// <exception cref="StoreUnavailableException"/>
    ValueTask<IReadOnlyDictionary<CommentId, ReactionType>> GivenByAsync(EventId id, UserId userId, IReadOnlyCollection<CommentId> comments, CancellationToken ct);
}
