using LiveComments.Accounts;
using LiveComments.Events;

namespace LiveComments;

/// <summary>
/// Events and who takes part in them. A row changes before the event's log says so; the catalogue remembers which rows the log
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

    /// <summary>Admits somebody with a role, or changes the role; false when the event is gone.</summary>
    ValueTask<bool> SetParticipantAsync(EventId id, UserId userId, Role role, CancellationToken ct);

    /// <summary>Takes an admission back; false when there was none. That somebody was here stays recorded.</summary>
    ValueTask<bool> RemoveParticipantAsync(EventId id, UserId userId, CancellationToken ct);

    /// <summary>Null for somebody who was not admitted, whether or not they were here.</summary>
    ValueTask<Role?> FindParticipantAsync(EventId id, UserId userId, CancellationToken ct);

    /// <summary>Who was admitted: the highest role first, of equal roles the latest id first.</summary>
    /// <param name="after">Those that follow this participant in the order of the list; null: from the first. Of somebody who is none nobody follows.</param>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<Participant>> ListParticipantsAsync(EventId id, UserId? after, int limit, CancellationToken ct);

    /// <summary>
    /// Records who came to which event. The first time that is stored stays: a later one changes nothing, and admits nobody. Of
    /// events that are gone nothing is recorded.
    /// </summary>
    ValueTask JoinAsync(IReadOnlyList<Join> joins, CancellationToken ct);

    /// <summary>Who was here, admitted or not: the latest id first.</summary>
    /// <param name="after">Those whose ids are lower; null: from the first.</param>
    /// <param name="limit">At most so many.</param>
    ValueTask<IReadOnlyList<Participant>> ListJoinedAsync(EventId id, UserId? after, int limit, CancellationToken ct);
}
