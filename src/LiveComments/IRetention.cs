namespace LiveComments;

/// <summary>
/// Deletes what has been kept long enough. Every call is one short write, so that live traffic does not notice. Every
/// method may throw <see cref="StoreUnavailableException"/>; calling again is safe.
/// </summary>
public interface IRetention
{
    /// <summary>Events that ended before a time and whose comments are still there, by id, after (not including) one.</summary>
    ValueTask<IReadOnlyList<EventId>> EndedAsync(DateTimeOffset before, EventId? after, int limit, CancellationToken ct);

    /// <summary>
    /// Expires the comments and reactions of an event that ended before a time. Its log is then empty and has a new epoch, so that whoever resumes with an old position is told. The rows are
    /// deleted later, by <see cref="ForgetAsync"/>. False when the event did not end before.
    /// </summary>
    ValueTask<bool> ExpireAsync(EventId id, DateTimeOffset endedBefore, CancellationToken ct);

    /// <summary>
    /// One step of deleting idempotency keys older than <paramref name="keysBefore"/>, erasing the texts of comments that were
    /// removed before <paramref name="textsBefore"/>, and deleting the rows of deleted and expired logs; true when nothing is left to do now.
    /// </summary>
    ValueTask<bool> ForgetAsync(DateTimeOffset keysBefore, DateTimeOffset textsBefore, CancellationToken ct);
}
