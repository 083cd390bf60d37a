using LiveComments.Accounts;
using LiveComments.Events;

namespace LiveComments.Tests.Conformance;

/// <summary>A store's two seams as one.</summary>
internal sealed class EventsUnderTest(IEventCatalog catalog, IParticipants participants) : IEventsUnderTest
{
    public ValueTask<long> VersionAsync(CancellationToken ct) => catalog.VersionAsync(ct);

    public ValueTask<Error?> AddAsync(LiveEvent liveEvent, CancellationToken ct) => catalog.AddAsync(liveEvent, ct);

    public ValueTask<bool> UpdateAsync(LiveEvent liveEvent, LiveEvent was, CancellationToken ct) => catalog.UpdateAsync(liveEvent, was, ct);

    public ValueTask<bool> AnnouncedAsync(LiveEvent liveEvent, CancellationToken ct) => catalog.AnnouncedAsync(liveEvent, ct);

    public ValueTask<IReadOnlyList<LiveEvent>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct) => catalog.UnannouncedAsync(before, limit, ct);

    public ValueTask<bool> RemoveAsync(EventId id, CancellationToken ct) => catalog.RemoveAsync(id, ct);

    public ValueTask<IReadOnlyList<EventId>> RemovedAsync(int limit, CancellationToken ct) => catalog.RemovedAsync(limit, ct);

    public ValueTask PurgeAsync(EventId id, CancellationToken ct) => catalog.PurgeAsync(id, ct);

    public ValueTask<LiveEvent?> FindAsync(EventId id, CancellationToken ct) => catalog.FindAsync(id, ct);

    public ValueTask<LiveEvent?> FindByVideoIdAsync(string videoId, CancellationToken ct) => catalog.FindByVideoIdAsync(videoId, ct);

    public ValueTask<IReadOnlyList<LiveEvent>> ListAsync(EventListing listing, CancellationToken ct) => catalog.ListAsync(listing, ct);

    public ValueTask<IReadOnlyList<LiveEvent>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct) => catalog.DueAsync(now, limit, ct);

    public ValueTask<bool> AdmitAsync(EventId id, UserId userId, Role role, CancellationToken ct) => participants.AdmitAsync(id, userId, role, ct);

    public ValueTask<bool> DismissAsync(EventId id, UserId userId, CancellationToken ct) => participants.DismissAsync(id, userId, ct);

    public ValueTask<Role?> FindRoleAsync(EventId id, UserId userId, CancellationToken ct) => participants.FindRoleAsync(id, userId, ct);

    public ValueTask<IReadOnlyList<Participant>> ListAdmittedAsync(EventId id, UserId? after, int limit, CancellationToken ct) => participants.ListAdmittedAsync(id, after, limit, ct);

    public ValueTask JoinAsync(IReadOnlyList<Join> joins, CancellationToken ct) => participants.JoinAsync(joins, ct);

    public ValueTask<IReadOnlyList<Participant>> ListJoinedAsync(EventId id, UserId? after, int limit, CancellationToken ct) => participants.ListJoinedAsync(id, after, limit, ct);
}
