using LiveComments.Followers;

namespace LiveComments;

/// <summary>
/// How far followers have come: each reads every event's log and reactions in order, and keeps its position here. Every change is flushed before it is answered. Every method may throw
/// <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IFollowerStore
{
    /// <summary>The events of which a follower does not know everything, by id: those with something new, a log of another epoch, or none any more although the follower has read one.</summary>
    /// <param name="follower">Its name, at most 300 characters.</param>
    /// <param name="after">Begins after (not with) this event; null begins with the first.</param>
    ValueTask<IReadOnlyList<FollowedEvent>> BehindAsync(string follower, EventId? after, int limit, CancellationToken ct);

    /// <summary>Events that a follower has read something of, by id, and how far it has come in each.</summary>
    /// <inheritdoc cref="BehindAsync"/>
    ValueTask<IReadOnlyList<KeyValuePair<EventId, FollowerPosition>>> PositionsAsync(string follower, EventId? after, int limit, CancellationToken ct);

    /// <summary>How far a follower has come in an event; null when it has read nothing. The empty id may be used for what belongs to no event, and is never behind.</summary>
    ValueTask<FollowerPosition?> FindAsync(string follower, EventId id, CancellationToken ct);

    /// <summary>Keeps how far a follower has come in an event, in place of what was kept before.</summary>
    ValueTask KeepAsync(string follower, EventId id, FollowerPosition position, CancellationToken ct);

    /// <summary>Forgets how far a follower has come in an event.</summary>
    ValueTask ForgetAsync(string follower, EventId id, CancellationToken ct);
}
