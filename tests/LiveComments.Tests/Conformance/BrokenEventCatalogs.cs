using LiveComments.Accounts;
using LiveComments.Events;

namespace LiveComments.Tests.Conformance;

/// <summary>Catalogues that break one promise each, on top of one that keeps them all.</summary>
internal static class BrokenEventCatalogs
{
    public static IReadOnlyDictionary<string, Func<IEventsUnderTest, IEventsUnderTest>> All { get; } = new Dictionary<string, Func<IEventsUnderTest, IEventsUnderTest>>
    {
        ["keeps its version when an event is added"] = inner => new KeepsVersion(inner, after: 0),
        ["keeps its version when somebody is dismissed"] = inner => new KeepsVersion(inner, after: 4),
        ["loses the settings"] = inner => new LosesSettings(inner),
        ["loses the analytics configuration"] = inner => new LosesAnalyticsConfig(inner),
        ["keeps the first moderation level"] = inner => new KeepsModerationLevel(inner),
        ["finds aliases without case"] = inner => new IgnoresCase(inner),
        ["gives an alias twice"] = inner => new SharesAliases(inner),
        ["overwrites a change"] = inner => new Overwrites(inner),
        ["forgets what is unannounced"] = inner => new ForgetsUnannounced(inner),
        ["takes any announcement for the latest"] = inner => new AnnouncesTooMuch(inner),
        ["hurries to announce"] = inner => new Hurries(inner),
        ["forgets what was removed"] = inner => new ForgetsRemoved(inner),
        ["purges what was not removed"] = inner => new PurgesAll(inner),
        ["skips events that start together"] = inner => new SkipsTies(inner),
        ["lists private events"] = inner => new ListsPrivate(inner),
        ["ignores the limit"] = inner => new IgnoresLimit(inner),
        ["starts early"] = inner => new StartsEarly(inner),
        ["keeps the first role"] = inner => new KeepsFirstRole(inner),
        ["admits to events that are gone"] = inner => new AdmitsAnywhere(inner),
        ["keeps the dismissed"] = inner => new KeepsDismissed(inner),
        ["lists participants by id alone"] = inner => new ListsById(inner),
        ["forgets who joined"] = inner => new ForgetsJoins(inner),
        ["takes the last join for the first"] = inner => new TakesLastJoin(inner),
        ["admits who joins"] = inner => new AdmitsWhoJoins(inner),
        ["forgets a join with the dismissal"] = inner => new ForgetsJoinsOfDismissed(inner),
        ["counts the admitted as joined"] = inner => new JoinsTheAdmitted(inner),
        ["lists who joined from the first each time"] = inner => new ListsJoinedFromFirst(inner),
    };

    /// <summary>Passes everything on.</summary>
    internal abstract class Double(IEventsUnderTest inner) : IEventsUnderTest
    {
        protected IEventsUnderTest Inner => inner;

        public virtual ValueTask<long> VersionAsync(CancellationToken ct) => inner.VersionAsync(ct);

        public virtual ValueTask<Error?> AddAsync(LiveEvent liveEvent, CancellationToken ct) => inner.AddAsync(liveEvent, ct);

        public virtual ValueTask<bool> UpdateAsync(LiveEvent liveEvent, LiveEvent was, CancellationToken ct) => inner.UpdateAsync(liveEvent, was, ct);

        public virtual ValueTask<bool> AnnouncedAsync(LiveEvent liveEvent, CancellationToken ct) => inner.AnnouncedAsync(liveEvent, ct);

        public virtual ValueTask<IReadOnlyList<LiveEvent>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct) => inner.UnannouncedAsync(before, limit, ct);

        public ValueTask<bool> RemoveAsync(EventId id, CancellationToken ct) => inner.RemoveAsync(id, ct);

        public virtual ValueTask<IReadOnlyList<EventId>> RemovedAsync(int limit, CancellationToken ct) => inner.RemovedAsync(limit, ct);

        public virtual ValueTask PurgeAsync(EventId id, CancellationToken ct) => inner.PurgeAsync(id, ct);

        public virtual ValueTask<LiveEvent?> FindAsync(EventId id, CancellationToken ct) => inner.FindAsync(id, ct);

        public virtual ValueTask<LiveEvent?> FindByVideoIdAsync(string videoId, CancellationToken ct) => inner.FindByVideoIdAsync(videoId, ct);

        public virtual ValueTask<IReadOnlyList<LiveEvent>> ListAsync(EventListing listing, CancellationToken ct) => inner.ListAsync(listing, ct);

        public virtual ValueTask<IReadOnlyList<LiveEvent>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct) => inner.DueAsync(now, limit, ct);

        public virtual ValueTask<bool> AdmitAsync(EventId id, UserId userId, Role role, CancellationToken ct) => inner.AdmitAsync(id, userId, role, ct);

        public virtual ValueTask<bool> DismissAsync(EventId id, UserId userId, CancellationToken ct) => inner.DismissAsync(id, userId, ct);

        public virtual ValueTask<Role?> FindRoleAsync(EventId id, UserId userId, CancellationToken ct) => inner.FindRoleAsync(id, userId, ct);

        public virtual ValueTask<IReadOnlyList<Participant>> ListAdmittedAsync(EventId id, UserId? after, int limit, CancellationToken ct) => inner.ListAdmittedAsync(id, after, limit, ct);

        public virtual ValueTask JoinAsync(IReadOnlyList<Join> joins, CancellationToken ct) => inner.JoinAsync(joins, ct);

        public virtual ValueTask<IReadOnlyList<Participant>> ListJoinedAsync(EventId id, UserId? after, int limit, CancellationToken ct) => inner.ListJoinedAsync(id, after, limit, ct);
    }

    /// <summary>After so many changes one is not counted.</summary>
    private sealed class KeepsVersion(IEventsUnderTest inner, int after) : Double(inner)
    {
        public override async ValueTask<long> VersionAsync(CancellationToken ct) => await Inner.VersionAsync(ct) is var version && version > after ? version - 1 : version;
    }

    private sealed class LosesSettings(IEventsUnderTest inner) : Double(inner)
    {
        public override ValueTask<Error?> AddAsync(LiveEvent liveEvent, CancellationToken ct) => Inner.AddAsync(liveEvent with { Settings = EventSettings.Default }, ct);
    }

    private sealed class LosesAnalyticsConfig(IEventsUnderTest inner) : Double(inner)
    {
        public override ValueTask<Error?> AddAsync(LiveEvent liveEvent, CancellationToken ct) => Inner.AddAsync(liveEvent with { AnalyticsConfig = "{}" }, ct);
    }

    private sealed class KeepsModerationLevel(IEventsUnderTest inner) : Double(inner)
    {
        public override ValueTask<bool> UpdateAsync(LiveEvent liveEvent, LiveEvent was, CancellationToken ct) =>
            Inner.UpdateAsync(liveEvent with { ModerationLevel = was.ModerationLevel }, was, ct);
    }

    private sealed class IgnoresCase(IEventsUnderTest inner) : Double(inner)
    {
        public override async ValueTask<LiveEvent?> FindByVideoIdAsync(string videoId, CancellationToken ct) =>
            (await Inner.ListAsync(new EventListing(null, null, null, true, null, 100), ct)).FirstOrDefault(e => string.Equals(e.VideoId, videoId, StringComparison.OrdinalIgnoreCase));
    }

    private sealed class SharesAliases(IEventsUnderTest inner) : Double(inner)
    {
        public override async ValueTask<Error?> AddAsync(LiveEvent liveEvent, CancellationToken ct) =>
            await Inner.AddAsync(liveEvent, ct) is null ? null : await Inner.AddAsync(liveEvent with { VideoId = null }, ct);
    }

    private sealed class Overwrites(IEventsUnderTest inner) : Double(inner)
    {
        public override async ValueTask<bool> UpdateAsync(LiveEvent liveEvent, LiveEvent was, CancellationToken ct) =>
            await Inner.FindAsync(was.Id, ct) is { } now && await Inner.UpdateAsync(liveEvent, now, ct);
    }

    private sealed class ForgetsUnannounced(IEventsUnderTest inner) : Double(inner)
    {
        public override ValueTask<IReadOnlyList<LiveEvent>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct) => ValueTask.FromResult<IReadOnlyList<LiveEvent>>([]);
    }

    private sealed class AnnouncesTooMuch(IEventsUnderTest inner) : Double(inner)
    {
        public override async ValueTask<bool> AnnouncedAsync(LiveEvent liveEvent, CancellationToken ct) =>
            await Inner.FindAsync(liveEvent.Id, ct) is { } now && await Inner.AnnouncedAsync(now, ct);
    }

    private sealed class Hurries(IEventsUnderTest inner) : Double(inner)
    {
        public override ValueTask<IReadOnlyList<LiveEvent>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct) => Inner.UnannouncedAsync(DateTimeOffset.MaxValue, limit, ct);
    }

    private sealed class ForgetsRemoved(IEventsUnderTest inner) : Double(inner)
    {
        public override ValueTask<IReadOnlyList<EventId>> RemovedAsync(int limit, CancellationToken ct) => ValueTask.FromResult<IReadOnlyList<EventId>>([]);
    }

    private sealed class PurgesAll(IEventsUnderTest inner) : Double(inner)
    {
        public override async ValueTask PurgeAsync(EventId id, CancellationToken ct)
        {
            await Inner.RemoveAsync(id, ct);
            await Inner.PurgeAsync(id, ct);
        }
    }

    private sealed class SkipsTies(IEventsUnderTest inner) : Double(inner)
    {
        public override async ValueTask<IReadOnlyList<LiveEvent>> ListAsync(EventListing listing, CancellationToken ct)
        {
            var last = listing.After is { } after ? await Inner.FindAsync(after, ct) : null;
            return [.. (await Inner.ListAsync(listing, ct)).Where(e => e.StartTime != last?.StartTime)];
        }
    }

    private sealed class ListsPrivate(IEventsUnderTest inner) : Double(inner)
    {
        public override ValueTask<IReadOnlyList<LiveEvent>> ListAsync(EventListing listing, CancellationToken ct) => Inner.ListAsync(listing with { Private = true }, ct);
    }

    private sealed class IgnoresLimit(IEventsUnderTest inner) : Double(inner)
    {
        public override ValueTask<IReadOnlyList<LiveEvent>> ListAsync(EventListing listing, CancellationToken ct) => Inner.ListAsync(listing with { Limit = 100 }, ct);
    }

    private sealed class StartsEarly(IEventsUnderTest inner) : Double(inner)
    {
        public override ValueTask<IReadOnlyList<LiveEvent>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct) => Inner.DueAsync(now == DateTimeOffset.MaxValue ? now : now.AddMilliseconds(1), limit, ct);
    }

    private sealed class KeepsFirstRole(IEventsUnderTest inner) : Double(inner)
    {
        public override async ValueTask<bool> AdmitAsync(EventId id, UserId userId, Role role, CancellationToken ct) =>
            await Inner.FindRoleAsync(id, userId, ct) is not null || await Inner.AdmitAsync(id, userId, role, ct);
    }

    private sealed class AdmitsAnywhere(IEventsUnderTest inner) : Double(inner)
    {
        public override async ValueTask<bool> AdmitAsync(EventId id, UserId userId, Role role, CancellationToken ct)
        {
            await Inner.AdmitAsync(id, userId, role, ct);
            return true;
        }
    }

    private sealed class KeepsDismissed(IEventsUnderTest inner) : Double(inner)
    {
        public override async ValueTask<bool> DismissAsync(EventId id, UserId userId, CancellationToken ct) => await Inner.FindRoleAsync(id, userId, ct) is not null;
    }

    private sealed class ListsById(IEventsUnderTest inner) : Double(inner)
    {
        public override async ValueTask<IReadOnlyList<Participant>> ListAdmittedAsync(EventId id, UserId? after, int limit, CancellationToken ct) =>
            [.. (await Inner.ListAdmittedAsync(id, null, int.MaxValue, ct)).OrderBy(one => one.UserId.Value)
                .SkipWhile(one => after is { } last && one.UserId.Value.CompareTo(last.Value) <= 0).Take(limit)];
    }

    private sealed class ForgetsJoins(IEventsUnderTest inner) : Double(inner)
    {
        public override ValueTask JoinAsync(IReadOnlyList<Join> joins, CancellationToken ct) => ValueTask.CompletedTask;
    }

    private sealed class TakesLastJoin(IEventsUnderTest inner) : Double(inner)
    {
        private readonly Dictionary<(EventId, UserId), DateTimeOffset> _last = [];

        public override ValueTask JoinAsync(IReadOnlyList<Join> joins, CancellationToken ct)
        {
            foreach (var join in joins)
                _last[(join.EventId, join.UserId)] = join.At;
            return Inner.JoinAsync(joins, ct);
        }

        public override async ValueTask<IReadOnlyList<Participant>> ListJoinedAsync(EventId id, UserId? after, int limit, CancellationToken ct) =>
            [.. (await Inner.ListJoinedAsync(id, after, limit, ct)).Select(one => one with { JoinedAt = _last[(id, one.UserId)] })];
    }

    private sealed class AdmitsWhoJoins(IEventsUnderTest inner) : Double(inner)
    {
        public override async ValueTask<Role?> FindRoleAsync(EventId id, UserId userId, CancellationToken ct) =>
            await Inner.FindRoleAsync(id, userId, ct) ?? ((await Inner.ListJoinedAsync(id, null, int.MaxValue, ct)).Any(one => one.UserId == userId) ? Role.Viewer : null);
    }

    private sealed class ForgetsJoinsOfDismissed(IEventsUnderTest inner) : Double(inner)
    {
        private readonly HashSet<UserId> _dismissed = [];

        public override ValueTask<bool> DismissAsync(EventId id, UserId userId, CancellationToken ct)
        {
            _dismissed.Add(userId);
            return Inner.DismissAsync(id, userId, ct);
        }

        public override async ValueTask<IReadOnlyList<Participant>> ListJoinedAsync(EventId id, UserId? after, int limit, CancellationToken ct) =>
            [.. (await Inner.ListJoinedAsync(id, after, limit, ct)).Where(one => !_dismissed.Contains(one.UserId))];
    }

    private sealed class JoinsTheAdmitted(IEventsUnderTest inner) : Double(inner)
    {
        public override async ValueTask<bool> AdmitAsync(EventId id, UserId userId, Role role, CancellationToken ct)
        {
            await Inner.JoinAsync([new(id, userId, DateTimeOffset.UnixEpoch)], ct);
            return await Inner.AdmitAsync(id, userId, role, ct);
        }
    }

    private sealed class ListsJoinedFromFirst(IEventsUnderTest inner) : Double(inner)
    {
        private int _asked;

        public override ValueTask<IReadOnlyList<Participant>> ListJoinedAsync(EventId id, UserId? after, int limit, CancellationToken ct) =>
            // Not for ever, so that a reader of all pages comes to an end.
            Inner.ListJoinedAsync(id, ++_asked < 20 ? null : after, limit, ct);
    }
}
