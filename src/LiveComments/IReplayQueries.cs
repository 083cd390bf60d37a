namespace LiveComments;

/// <summary>
/// What was said in an event, by when it was said. Nothing here grows with the length of the event but the answer's own limits.
/// Every method may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IReplayQueries
{
    /// <summary>How much happened in each of <paramref name="count"/> intervals from a time on; empty for an event without a log.</summary>
    /// <param name="interval">Whole seconds.</param>
    ValueTask<IReadOnlyList<ReplayActivity>> ActivityAsync(EventId id, DateTimeOffset from, TimeSpan interval, int count, CancellationToken ct);

    /// <summary>
    /// The comments and the changed reaction counts with <paramref name="from"/> &lt;= time &lt; <paramref name="to"/>, each in the
    /// order of time and at most <paramref name="limit"/> of each. Removed comments are left out of both.
    /// </summary>
    /// <param name="after">Default: from the beginning; else <see cref="ReplayPage.Next"/> of the page before.</param>
    ValueTask<ReplayPage> PageAsync(EventId id, DateTimeOffset from, DateTimeOffset to, ReplayCursor after, int limit, CancellationToken ct);
}

/// <summary>How much happened in an interval.</summary>
/// <param name="Comments">Comments written, without those removed since.</param>
/// <param name="Reactions">Reactions given, changed or taken back, to the nearest second.</param>
public readonly record struct ReplayActivity(long Comments, long Reactions);

/// <summary>The reactions to one comment as they stood at a time.</summary>
/// <param name="Time">To the second: the end of the second in which they became so.</param>
public readonly record struct PastCounts(DateTimeOffset Time, CommentId CommentId, ReactionCounts Counts);

/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record ReplayPage(IReadOnlyList<Comment> Comments, IReadOnlyList<PastCounts> Reactions, ReplayCursor? Next);

/// <summary>How far a reader of a span of time has come: past a comment, and past the counts of a comment at a second.</summary>
public readonly record struct ReplayCursor(long Seq, long Second, long CountsSeq);
