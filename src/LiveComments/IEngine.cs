using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments;

/// <summary>The engine below ingest: it runs the stages, and takes what they admit to the one place in the cluster that places an event's comments and reactions.</summary>
public interface IEngine
{
    /// <summary>
    /// Takes an offer through the stages of ingest. Each of its requests is answered in any case. Returns when each is refused or waits in its event's queue, so whoever waits for it
    /// before the next offer keeps their own order.
    /// </summary>
    ValueTask TakeAsync(Offer offer);

    /// <summary>Places one draft; returns when it is committed and flushed, and on its way to every viewer.</summary>
    /// <exception cref="StoreUnavailableException">See <see cref="IEventLog.AppendAsync"/>.</exception>
    ValueTask<AppendResult> PlaceAsync(EventId id, EntryDraft draft, CancellationToken ct);

    /// <summary>Stores one reaction; returns when it is committed and flushed, and the counts are on their way to every viewer. Its result has an error when it is refused, or nobody knows whether it is stored: asking again does no harm.</summary>
    ValueTask<ReactionResult> ReactAsync(EventId id, ReactionDraft draft, CancellationToken ct);
}
