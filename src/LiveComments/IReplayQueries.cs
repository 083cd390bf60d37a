using LiveComments.Replay;

namespace LiveComments;

/// <summary>
/// An event's comments by time. The cost of a call depends on the limits of its answer, not on the length of the event.
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

    /// <summary>The last changes of what was on stage, ascending. A comment that was removed since is null, as is the comment of a change that took one off.</summary>
    ValueTask<IReadOnlyList<StagedComment>> StagedAsync(EventId id, int limit, CancellationToken ct);
}
