using LiveComments.Events;

namespace LiveComments;

/// <summary>
/// The events. A row changes before the event's log says so; the catalogue remembers which rows the log
/// does not follow yet, so that a crash between the two heals. Every method may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IEventCatalog
{
    /// <summary>
    /// A number that has changed when an event was added, changed or removed, or somebody was admitted or dismissed, since it was asked for before, by whatever process. It
    /// is never one that it was before.
    /// </summary>
    ValueTask<long> VersionAsync(CancellationToken ct);

    /// <summary>Stores a new event, whose log exists; <see cref="Error.VideoIdTaken"/> when the alias is in use, null when it is stored.</summary>
    ValueTask<Error?> AddAsync(LiveEvent liveEvent, CancellationToken ct);

    /// <summary>
    /// Replaces an event's row, which from now on counts as unannounced. False when it is gone or was changed by somebody
    /// else since <paramref name="was"/> was read, which <see cref="LiveEvent.UpdatedAt"/> tells: every change makes that later.
    /// </summary>
    ValueTask<bool> UpdateAsync(LiveEvent liveEvent, LiveEvent was, CancellationToken ct);

    /// <summary>Notes that the log says what this row says; false when it is gone or has changed meanwhile, and the log must say more.</summary>
    ValueTask<bool> AnnouncedAsync(LiveEvent liveEvent, CancellationToken ct);

    /// <summary>Events changed before (not at) a time and not announced since, oldest change first; at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<LiveEvent>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct);

    /// <summary>
    /// Removes the event and its participants at once from every other method, and frees its alias. Its id is kept until
    /// <see cref="PurgeAsync"/>, because what may be much, its log and the rows of its participants, is deleted after it and a crash
    /// may come between. False when it was gone already.
    /// </summary>
    ValueTask<bool> RemoveAsync(EventId id, CancellationToken ct);

    /// <summary>Removed events whose logs may still be there; at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<EventId>> RemovedAsync(int limit, CancellationToken ct);

    /// <summary>Deletes what is left of a removed event, in small steps, and forgets it; nothing happens to one that is not removed.</summary>
    ValueTask PurgeAsync(EventId id, CancellationToken ct);

    ValueTask<LiveEvent?> FindAsync(EventId id, CancellationToken ct);

    ValueTask<LiveEvent?> FindByVideoIdAsync(string videoId, CancellationToken ct);

    /// <summary>Latest start first; of equal starts the latest id first.</summary>
    ValueTask<IReadOnlyList<LiveEvent>> ListAsync(EventListing listing, CancellationToken ct);

    /// <summary>Scheduled events that start by themselves and whose start has come, earliest first; at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<LiveEvent>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct);
}
