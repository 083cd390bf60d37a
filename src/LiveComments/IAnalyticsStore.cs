using LiveComments.Analytics;

namespace LiveComments;

/// <summary>
/// What happened in events, in numbers, for as long as <see cref="Retention.RetentionOptions.Analytics"/> says: longer than the comments, and without their texts and authors. Every method may
/// throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IAnalyticsStore
{
    /// <summary>
    /// The follower (<see cref="IFollowerStore"/>) whose positions say what of the logs is counted here. Each kind of store has one of its own, so that a store that is new to an installation counts
    /// everything that the logs still have.
    /// </summary>
    string Follower { get; }

    /// <summary>
    /// Adds rows, and then keeps how far <see cref="Follower"/> has come by their spans. Each entry of a log counts once whatever fails in between: a store does both in one transaction, or it
    /// knows entries again by their <see cref="AnalyticsRow.Entry"/>. A batch without spans that was added within the last week changes nothing and is answered true. A batch whose answer is not
    /// known may be added in part until it is sent again. False: the follower had not come to where a span begins, so another node has gone on from there and nothing was added.
    /// </summary>
    ValueTask<bool> AddAsync(AnalyticsBatch batch, CancellationToken ct);

    /// <summary>The totals of events; those of which nothing is known are left out.</summary>
    ValueTask<IReadOnlyDictionary<EventId, EventTotals>> TotalsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct);

    /// <summary>What was counted in the intervals of an event that begin in a span of time, by time. An interval in which nothing was counted is left out. Seconds are kept for a week.</summary>
    /// <param name="to">Not included.</param>
    ValueTask<IReadOnlyList<Measured>> SeriesAsync(EventId id, AnalyticsStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken ct);

    /// <summary>One step of deleting all that is known of an event; true when nothing is left.</summary>
    ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct);

    /// <summary>One step of deleting what is older than <paramref name="before"/>, and seconds older than <paramref name="secondsBefore"/>; true when nothing is left to do now.</summary>
    ValueTask<bool> ForgetAsync(DateTimeOffset before, DateTimeOffset secondsBefore, CancellationToken ct);
}
