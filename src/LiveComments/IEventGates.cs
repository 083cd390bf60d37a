using LiveComments.Ingest;
using LiveComments.Log;

namespace LiveComments;

/// <summary>
/// The bounded queues of this node between ingest and the events: what was admitted waits here until the one place in the cluster that places an event's comments and reactions takes it.
/// </summary>
public interface IEventGates
{
    /// <summary>Queues a comment; it is completed in any case. False when the event's queue is full.</summary>
    bool TryPost(EventId id, Placement placement);

    /// <summary>Queues a comment as soon as there is a place; false when there was none in time.</summary>
    ValueTask<bool> PostAsync(EventId id, Placement placement, TimeSpan patience);

    /// <summary>Queues a reaction; it is completed in any case. False when the event's queue is full.</summary>
    bool TryPost(EventId id, ReactionPlacement placement);

    /// <summary>Queues a reaction as soon as there is a place; false when there was none in time.</summary>
    ValueTask<bool> PostAsync(EventId id, ReactionPlacement placement, TimeSpan patience);

    /// <summary>Places one draft; returns when it is committed and flushed, and on its way to every viewer.</summary>
    /// <exception cref="StoreUnavailableException">See <see cref="IEventLog.AppendAsync"/>.</exception>
    ValueTask<AppendResult> PlaceAsync(EventId id, EntryDraft draft, CancellationToken ct);
}
