using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments;

/// <summary>
/// The newest entries of events in memory that all nodes share, so that a node that knows nothing of an event need not read pages of its log from the store. It is never the record: it may lose everything at any time, and it
/// answers only what is whole up to a place that the caller has from the store.
/// </summary>
public interface IHotEntries
{
    /// <summary>Keeps entries that are in the log. Called by the event's actor in the order of the log. Never waits and never fails: what is lost here is a hole, and nothing is answered until it is closed.</summary>
    /// <param name="entries">Ascending, of one epoch.</param>
    void Placed(EventId id, long epoch, IReadOnlyList<Entry> entries);

    /// <summary>Keeps the counts of comments that a batch of reactions has changed. Called in the order of their versions; otherwise as <see cref="Placed"/>.</summary>
    void Counted(EventId id, IReadOnlyList<CommentTally> tallies);

    /// <summary>Takes the texts of removed comments out, before anybody is told of the removals. Never fails: where it cannot be done now it is done later, and meanwhile nothing is answered, because the removal is missing.</summary>
    ValueTask EraseAsync(EventId id, IReadOnlyCollection<CommentId> removed);

    /// <summary>The entries after a seq, ascending and without gaps: at most <paramref name="limit"/>, none beyond <paramref name="reaches"/>. Null when there are not all of them.</summary>
    /// <param name="reaches">A place that the log is known to reach. Every removal up to it has been carried out in what is answered.</param>
    ValueTask<HotPage?> ReadAsync(EventId id, Position reaches, long afterSeq, int limit, CancellationToken ct);

    /// <summary>Drops what is kept of an event whose log is gone, at once or as soon as the memory answers. Never waits.</summary>
    void Forget(EventId id);

    /// <summary>Drops what is kept of all events.</summary>
    /// <exception cref="StoreUnavailableException">The memory does not answer.</exception>
    ValueTask ForgetAllAsync(CancellationToken ct);
}
