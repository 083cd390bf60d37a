namespace LiveComments.Rooms;

/// <summary>The events that are busy on this node. Everything that is ever placed in a log passes here.</summary>
public sealed class Rooms(IEventLog log)
{
    /// <summary>Places one draft; returns when it is committed and flushed, and on its way to every viewer.</summary>
    /// <exception cref="StoreUnavailableException">See <see cref="IEventLog.AppendAsync"/>.</exception>
    public async ValueTask<AppendResult> PlaceAsync(EventId id, EntryDraft draft, CancellationToken ct) =>
        (await log.AppendAsync(id, [draft], ct))[0];
}
