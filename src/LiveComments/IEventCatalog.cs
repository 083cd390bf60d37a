using LiveComments.Events;

namespace LiveComments;

/// <summary>
/// The events. A row changes before the event's log says so; the catalogue remembers which rows the log
/// does not follow yet, so that a crash between the two heals. Every method may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IEventCatalog
{
    /// <summary>
    /// A version number. It changes whenever any process adds, changes or removes an event, or admits or dismisses somebody. It never takes an earlier value again.
    /// </summary>
    ValueTask<long> VersionAsync(CancellationToken ct);

    /// <summary>Stores a new event, whose log exists; <see cref="Error.VideoIdTaken"/> when the alias is in use, null when it is stored.</summary>
    ValueTask<Error?> AddAsync(LiveEvent liveEvent, CancellationToken ct);

    /// <summary>
    /// Replaces an event's row, which then counts as unannounced. False when the row is gone, or when somebody else changed it since <paramref name="was"/> was read: every change makes <see
    /// cref="LiveEvent.UpdatedAt"/> later.
    /// </summary>
    ValueTask<bool> UpdateAsync(LiveEvent liveEvent, LiveEvent was, CancellationToken ct);

    /// <summary>Records that the log says what this row says; false when the row is gone or has changed since, and the log must say more.</summary>
    ValueTask<bool> AnnouncedAsync(LiveEvent liveEvent, CancellationToken ct);

    /// <summary>Events changed before (not at) a time and not announced since, oldest change first; at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<LiveEvent>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct);

    /// <summary>
    /// Removes the event and its participants at once from every other method, and frees its alias. Its id is kept until <see cref="PurgeAsync"/>, because its log and its participants'
    /// rows, which may be many, are deleted later, and a crash may come between. False when it was gone already.
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
