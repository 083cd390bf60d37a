using Akka.Actor;
using LiveComments.Akka.Messages;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Telemetry;

namespace LiveComments.Akka;

/// <summary>Hears what is new in all events that this node has feeds of, and hands it to the feeds.</summary>
internal sealed class NodeRelay : ReceiveActor, IWithTimers
{
    /// <summary>How often events' actors are told again that this node watches: an actor that was restarted or moved knows nobody.</summary>
    private static readonly TimeSpan RepeatEvery = TimeSpan.FromSeconds(3);

    /// <summary>How often the store is asked how far all watched events reach, where announcements may be lost on the way.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<EventId, List<TaskCompletionSource>> _opening = [];
    private readonly IEventLog? _log;

    /// <param name="log">Null on one node, where no announcement is lost.</param>
    public NodeRelay(EventFeeds feeds, IActorRef events, IEventLog? log, ProcessFault fault)
    {
        _log = log;
        Receive<Announce>(announce => feeds.Announce(announce.Event, announce.News));
        Receive<Mentioned>(mentioned => feeds.Mention(mentioned.Event, mentioned.Comment));
        Receive<OwnComment>(own => feeds.Own(own.Event, own.Comment));
        Receive<OpenFeed>(open =>
        {
            if (!_opening.TryGetValue(open.Event, out var waiting))
                _opening[open.Event] = waiting = [];
            waiting.Add(open.Watching);
            // Unwatched first, so that the actor answers although it may know this relay already.
            events.Tell(new Watch(open.Event, false));
            events.Tell(new Watch(open.Event, true));
        });
        Receive<Watching>(watching =>
        {
            if (_opening.Remove(watching.Event, out var waiting))
                foreach (var one in waiting)
                    one.TrySetResult();
            else
                // A new actor: the one before may have announced something that was lost.
                feeds.Repair(watching.Event);
        });
        Receive<CloseFeed>(close =>
        {
            // Not when the next feed of the event is open already.
            if (!feeds.Watches(close.Event))
                events.Tell(new Watch(close.Event, false));
        });
        Receive<Look>(_ => HeadsAsync(log!, feeds, fault).PipeTo(Self));
        Receive<Heads>(heads =>
        {
            foreach (var (id, head) in heads.Logs)
                feeds.Reach(id, head.Position);
            Timers.StartSingleTimer(nameof(Look), Look.Instance, LookEvery);
        });
        Receive<Repeat>(_ =>
        {
            foreach (var id in feeds.Watched)
            {
                // The answer may have been lost: an actor that knows this relay already gives no other.
                if (_opening.ContainsKey(id))
                    events.Tell(new Watch(id, false));
                events.Tell(new Watch(id, true));
            }
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(Repeat), Repeat.Instance, RepeatEvery);
        if (_log is not null)
            Timers.StartSingleTimer(nameof(Look), Look.Instance, LookEvery);
    }

    /// <summary>Never throws, or nobody would look again.</summary>
    private static async Task<Heads> HeadsAsync(IEventLog log, EventFeeds feeds, ProcessFault fault)
    {
        var watched = feeds.Watched;
        if (watched.Count == 0)
            return new Heads([]);
        feeds.FanOut.Metrics.Read(FeedMetrics.Look);
        try
        {
            return new Heads(await log.HeadsAsync(watched, CancellationToken.None));
        }
        catch (StoreUnavailableException)
        {
            // Asked again.
            return new Heads([]);
        }
        catch (Exception e)
        {
            fault.Raise(e);
            return new Heads([]);
        }
    }

    private sealed record Look
    {
        public static readonly Look Instance = new();
    }

    private sealed record Heads(IEnumerable<KeyValuePair<EventId, LogHead>> Logs);

    private sealed record Repeat
    {
        public static readonly Repeat Instance = new();
    }
}
