using LiveComments.PersonalData;

namespace LiveComments;

/// <summary>
/// What the logs have about one person, with the reactions to their comments: to be handed out to them, and to be erased. Every change is flushed before it is answered. Every method may throw
/// <see cref="StoreUnavailableException"/>; calling again is safe.
/// </summary>
public interface IPersonalLogData
{
    /// <summary>One step of a search for their removed comments whose texts are still there. Those that stand are found by <see cref="ICommentQueries.ByAuthorAsync"/>.</summary>
    /// <param name="after">Where the step before ended; the default: at the beginning.</param>
    ValueTask<LogSearch<KeptComment>> RemovedCommentsAsync(UserId user, LogPlace after, CancellationToken ct);

    /// <summary>One step of a search for the reactions that they have given, also to comments that were removed since.</summary>
    /// <inheritdoc cref="RemovedCommentsAsync"/>
    ValueTask<LogSearch<GivenReaction>> ReactionsAsync(UserId user, LogPlace after, CancellationToken ct);

    /// <summary>
    /// One step through all logs that erases what entries still hold of a person's removed comments (texts, names, pictures, mentions and clients), and the links of mentions to them in comments of
    /// others, whose texts stay. Comments that stand are left alone: remove them first. Rows of deleted logs are deleted with the last step.
    /// </summary>
    /// <returns>
    /// The comments of this step, whose reports are to be erased next by <see cref="IPersonalData.EraseReportsAsync"/>. Whoever stopped before that sweeps again and is told of them again. A store
    /// that has the reports too erases them itself and names none.
    /// </returns>
    /// <inheritdoc cref="RemovedCommentsAsync"/>
    ValueTask<LogSearch<CommentId>> SweepAsync(UserId user, LogPlace after, CancellationToken ct);

    /// <summary>Deletes reactions that cannot be taken back, because their comments were removed, and puts the counts right.</summary>
    ValueTask DropReactionsAsync(UserId user, IReadOnlyCollection<CommentId> comments, CancellationToken ct);
}
