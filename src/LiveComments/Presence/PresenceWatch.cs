using LiveComments.Feeds;
using LiveComments.Telemetry;
using Microsoft.Extensions.Hosting;

namespace LiveComments.Presence;

/// <summary>Looks once a second who watches on this node, and reports what has changed. Streams pay nothing for it.</summary>
internal sealed class PresenceWatch(EventFeeds feeds, IPresence presence, ProcessFault fault, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Seen _nobody = new();
    private Dictionary<EventId, Seen> _events = [];
    private Dictionary<UserId, PresenceState> _people = [];
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
        var (events, people) = Look();
        var report = _isBehind ? Difference([], [], events, people) with { IsWhole = true } : Difference(_events, _people, events, people);
        (_events, _people) = (events, people);
        _isBehind = !await presence.ReportAsync(report, ct);
    }

    private (Dictionary<EventId, Seen> Events, Dictionary<UserId, PresenceState> People) Look()
    {
        var events = new Dictionary<EventId, Seen>();
        var people = new Dictionary<UserId, PresenceState>();
        foreach (var connection in feeds.FanOut.Connections.All)
        {
            if (connection.IsClosed || !connection.IsAttached)
                continue;
            if (!events.TryGetValue(connection.Feed.Id, out var seen))
                events[connection.Feed.Id] = seen = new Seen();
            var state = connection.IsAway ? PresenceState.Away : PresenceState.Online;
            if (state == PresenceState.Away)
                seen.Away++;
            else
                seen.Online++;
            if (connection.Caller is not { UserId: var user })
                continue;
            seen.People[user] = Higher(seen.People, user, state);
            people[user] = Higher(people, user, state);
        }
        return (events, people);
    }

    private PresenceReport Difference(Dictionary<EventId, Seen> eventsBefore, Dictionary<UserId, PresenceState> before, Dictionary<EventId, Seen> events, Dictionary<UserId, PresenceState> people)
    {
        var changed = new Dictionary<EventId, EventPresence>();
        var arrived = new List<(EventId, UserId)>();
        foreach (var (id, seen) in events)
        {
            var was = eventsBefore.GetValueOrDefault(id, _nobody);
            if (!seen.IsLike(was))
                changed[id] = seen.ToPresence();
            foreach (var user in seen.People.Keys)
                if (!was.People.ContainsKey(user))
                    arrived.Add((id, user));
        }
        foreach (var gone in eventsBefore.Keys.Where(id => !events.ContainsKey(id)))
            changed[gone] = EventPresence.None;
        var moved = people.Where(one => before.GetValueOrDefault(one.Key) != one.Value).ToDictionary();
        foreach (var gone in before.Keys.Where(user => !people.ContainsKey(user)))
            moved[gone] = PresenceState.Offline;
        return new PresenceReport(false, changed, moved, arrived);
    }

    private static PresenceState Higher(Dictionary<UserId, PresenceState> people, UserId user, PresenceState state) =>
        people.TryGetValue(user, out var known) && known > state ? known : state;

    /// <summary>The streams of one event.</summary>
    private sealed class Seen
    {
        public int Online { get; set; }

        public int Away { get; set; }

        public Dictionary<UserId, PresenceState> People { get; } = [];

        public bool IsLike(Seen other) =>
            Online == other.Online && Away == other.Away && People.Count == other.People.Count && People.All(one => other.People.TryGetValue(one.Key, out var state) && state == one.Value);

        public EventPresence ToPresence() => new(Online, Away, [.. People.Take(EventPresence.MaxPeople).Select(static one => new PersonHere(one.Key, one.Value))]);
    }
}
