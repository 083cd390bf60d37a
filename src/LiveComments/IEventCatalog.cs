namespace LiveComments;

/// <summary>Events and who takes part in them. Every method may throw <see cref="StoreUnavailableException"/>.</summary>
public interface IEventCatalog
{
    /// <summary>Stores a new event; <see cref="Error.VideoIdTaken"/> when the alias is in use, null when it is stored.</summary>
    ValueTask<Error?> AddAsync(LiveEvent liveEvent, CancellationToken ct);

    /// <summary>Replaces an event's row; false when it is gone.</summary>
    ValueTask<bool> UpdateAsync(LiveEvent liveEvent, CancellationToken ct);

    /// <summary>Removes the event and its participants, at once; the log is another store's. False when it was gone already.</summary>
    ValueTask<bool> RemoveAsync(EventId id, CancellationToken ct);

    ValueTask<LiveEvent?> FindAsync(EventId id, CancellationToken ct);

    ValueTask<LiveEvent?> FindByVideoIdAsync(string videoId, CancellationToken ct);

    /// <summary>Newest start first, after (not including) an event; at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<LiveEvent>> ListAsync(EventStatus? status, string? eventType, EventId? after, int limit, CancellationToken ct);

    /// <summary>Scheduled events that start by themselves and whose start has come.</summary>
    ValueTask<IReadOnlyList<LiveEvent>> DueAsync(DateTimeOffset now, CancellationToken ct);

    /// <summary>Admits somebody with a role, or changes the role; false when the event is gone.</summary>
    ValueTask<bool> SetParticipantAsync(EventId id, UserId userId, Role role, CancellationToken ct);

    /// <summary>False when they were none.</summary>
    ValueTask<bool> RemoveParticipantAsync(EventId id, UserId userId, CancellationToken ct);

    /// <summary>Null for somebody who was not admitted.</summary>
    ValueTask<Role?> FindParticipantAsync(EventId id, UserId userId, CancellationToken ct);
}
