using LiveComments.Log;

namespace LiveComments;

/// <summary>
/// The ordered, durable record of every event. The store orders: an entry exists when one transaction has given it the next
/// seq of its event. Every method may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IEventLog
{
    /// <summary>
    /// Places drafts in the order given, in ONE transaction that is flushed before the results are returned: idempotency
    /// keys, consecutive seqs, rows, reply counts. Results stand in the order of the drafts; a refused draft takes no seq.
    /// The first <see cref="StatusDraft"/> creates the log; other drafts for an event without a log are refused with
    /// <see cref="Error.EventNotFound"/>. A comment is refused with <see cref="Error.EventNotLive"/> unless the log's last
    /// status is live (or scheduled, when the draft allows it). A call may be made while earlier ones for the same event are under way: it is placed after
    /// them. A comment to be held (<see cref="CommentDraft.Hold"/>) is not placed: it is answered as it would be otherwise, or <see cref="AppendResult.Held"/> or <see cref="AppendResult.Shadowed"/>.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// Nothing was placed, or (<see cref="StoreUnavailableException.OutcomeUnknown"/>) it is not known whether it was.
    /// </exception>
    ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct);

    /// <summary>At most <paramref name="limit"/> entries after <paramref name="afterSeq"/>, ascending; null for an event without a log.</summary>
    ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct);

    /// <summary>The last <paramref name="limit"/> entries before <paramref name="beforeSeq"/>, ascending; null for an event without a log.</summary>
    ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct);

    /// <summary>The end and the latest state of each log; events without a log are left out.</summary>
    ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct);

    /// <summary>Deletes the log and everything that belongs to it, in steps; true when nothing is left.</summary>
    ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct);
}
