using LiveComments.Feeds;
using LiveComments.Telemetry;
using Microsoft.Extensions.Hosting;

namespace LiveComments.Presence;

/// <summary>Counts once a second the streams that have opened, closed or changed, and reports what has changed with them. A stream that stays as it is costs nothing.</summary>
internal sealed class PresenceWatch(EventFeeds feeds, IPresence presence, ProcessFault fault, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Dictionary<EventId, Seen> _events = [];

    /// <summary>The streams of each who is logged in, in whatever events.</summary>
    private readonly Dictionary<UserId, (int Online, int Away)> _people = [];

    private bool _isBehind = true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await ReportAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            fault.Raise(e);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Its viewers are on their way to other nodes.
        await presence.ReportAsync(new PresenceReport(true, new Dictionary<EventId, EventPresence>(), new Dictionary<UserId, PresenceState>(), []), cancellationToken);
    }

    private async Task ReportAsync(CancellationToken ct)
    {
        var changes = Look();
        _isBehind = !await presence.ReportAsync(_isBehind ? Whole() : changes, ct);
    }

    /// <summary>Counts the streams that have changed, and what has changed with them.</summary>
    internal PresenceReport Look()
    {
        var events = new HashSet<EventId>();
        var people = new Dictionary<UserId, PresenceState>();
        var visits = new Dictionary<(EventId Event, UserId User), bool>();
        while (feeds.FanOut.Connections.TryTakeChanged(out var connection))
        {
            var now = connection is { IsClosed: false, IsAttached: true } ? new WatchedAs(connection.Caller?.UserId, connection.IsAway) : null;
            if (now == connection.CountedAs)
                continue;
            foreach (var (counted, by) in (ReadOnlySpan<(WatchedAs?, int)>)[(connection.CountedAs, -1), (now, 1)])
            {
                if (counted is null)
                    continue;
                var id = connection.Feed.Id;
                events.Add(id);
                if (counted.User is { } user)
                {
                    people.TryAdd(user, StateOf(_people, user));
                    visits.TryAdd((id, user), _events.TryGetValue(id, out var known) && known.People.ContainsKey(user));
                    Count(_people, user, counted.IsAway, by);
                }
                if (!_events.TryGetValue(id, out var seen))
                    _events[id] = seen = new Seen();
                seen.Count(counted, by);
            }
            connection.CountedAs = now;
        }
        foreach (var id in events)
            if (_events[id] is { IsEmpty: true })
                _events.Remove(id);
        return new PresenceReport(
            false,
            events.ToDictionary(static id => id, id => _events.TryGetValue(id, out var seen) ? seen.ToPresence() : EventPresence.None),
            people.Select(one => (User: one.Key, Was: one.Value, Is: StateOf(_people, one.Key))).Where(static one => one.Was != one.Is).ToDictionary(static one => one.User, static one => one.Is),
            [.. visits.Where(one => !one.Value && _events.TryGetValue(one.Key.Event, out var seen) && seen.People.ContainsKey(one.Key.User)).Select(static one => one.Key)]);
    }

    private PresenceReport Whole() => new(
        true, _events.ToDictionary(static one => one.Key, static one => one.Value.ToPresence()), _people.Keys.ToDictionary(static user => user, user => StateOf(_people, user)),
        [.. _events.SelectMany(static one => one.Value.People.Keys.Select(user => (one.Key, user)))]);

    private static void Count(Dictionary<UserId, (int Online, int Away)> people, UserId user, bool isAway, int by)
    {
        var (online, away) = people.GetValueOrDefault(user);
        (online, away) = isAway ? (online, away + by) : (online + by, away);
        if (online + away > 0)
            people[user] = (online, away);
        else
            people.Remove(user);
    }

    private static PresenceState StateOf(Dictionary<UserId, (int Online, int Away)> people, UserId user) =>
        people.TryGetValue(user, out var streams) ? streams.Online > 0 ? PresenceState.Online : PresenceState.Away : PresenceState.Offline;

    /// <summary>The streams of one event.</summary>
    private sealed class Seen
    {
        private int _online, _away;

        /// <summary>The streams of each who is logged in.</summary>
        public Dictionary<UserId, (int Online, int Away)> People { get; } = [];

        public bool IsEmpty => _online + _away == 0;

        public void Count(WatchedAs counted, int by)
        {
            if (counted.IsAway)
                _away += by;
            else
                _online += by;
            if (counted.User is { } user)
                PresenceWatch.Count(People, user, counted.IsAway, by);
        }

        public EventPresence ToPresence() => new(_online, _away, [.. People.Take(EventPresence.MaxPeople).Select(static one => new PersonHere(one.Key, one.Value.Online > 0 ? PresenceState.Online : PresenceState.Away))]);
    }
}
