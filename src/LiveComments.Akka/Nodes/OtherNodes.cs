using Akka.Actor;
using Akka.Cluster;
using LiveComments.Accounts;
using LiveComments.Akka.Messages;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Moderation;
using LiveComments.Nodes;
using AkkaCluster = Akka.Cluster.Cluster;

namespace LiveComments.Akka.Nodes;

/// <summary>
/// Tells other nodes what concerns them whatever they watch, and hears it from them: comments that mention somebody or are for their author alone, how many people watch, changed accounts, events and restrictions, what somebody is told. All of it is a hint;
/// what is lost is found in the store or told again.
/// </summary>
internal sealed class OtherNodes : ReceiveActor, IWithTimers
{
    /// <summary>How often changed numbers of viewers are told, and changes of accounts at most.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    /// <summary>Every so many ticks all numbers of viewers are told.</summary>
    private const int Whole = 20;

    private readonly Dictionary<Address, ActorSelection> _others = [];
    private readonly Dictionary<Address, Dictionary<EventId, int>> _viewers = [];
    private readonly HashSet<Address> _takeNone = [];
    private readonly EventFeeds _feeds;
    private readonly AkkaCluster _cluster = AkkaCluster.Get(Context.System);
    private Dictionary<EventId, int> _told = [];
    private bool _accountsChanged;
    private bool _saidTakesNone;
    private int _ticks;

    public OtherNodes(EventFeeds feeds, EventDirectory events, AccountWatch accounts, RestrictionWatch restrictions, NetworkWatch networks, Lookers lookers)
    {
        _feeds = feeds;
        Receive<ClusterEvent.CurrentClusterState>(state =>
        {
            foreach (var member in state.Members)
                Add(member);
        });
        Receive<ClusterEvent.MemberRemoved>(gone => Remove(gone.Member.Address));
        Receive<ClusterEvent.IMemberEvent>(change => Add(change.Member));
        Receive<SeeAccounts>(_ => _accountsChanged = true);
        Receive<Mentioned>(mentioned => Pass(mentioned, () => feeds.Mention(mentioned.Event, mentioned.Comment)));
        Receive<OwnComment>(own => Pass(own, () => feeds.Own(own.Event, own.Comment)));
        Receive<EventChanged>(changed => Pass(changed, () => events.Hear(changed.Event, changed.VideoId, changed.Participant)));
        Receive<AccountsChanged>(_ => accounts.Look());
        Receive<RestrictionsChanged>(changed => Pass(changed, () =>
        {
            restrictions.Look();
            networks.Look();
        }));
        Receive<Noticed>(noticed => Pass(noticed, () => feeds.Hear(noticed.Notice)));
        Receive<LookedAt>(looked => Pass(looked, () => lookers.Hear(looked.Look)));
        Receive<NodeViewers>(Hear);
        Receive<TakesNoViewers>(_ =>
        {
            if (_others.ContainsKey(Sender.Path.Address))
                _takeNone.Add(Sender.Path.Address);
        });
        Receive<Tell>(_ => TellChanges());
        Receive<TellAudiences>(_ => Sender.Tell(Audiences()));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));
        Timers.StartPeriodicTimer(nameof(Tell), Tell.Instance, Tick);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void Add(Member member)
    {
        if (member.Address.Equals(_cluster.SelfAddress) || member.Status is not (MemberStatus.Up or MemberStatus.WeaklyUp) || _others.ContainsKey(member.Address))
            return;
        _others[member.Address] = Context.ActorSelection(new RootActorPath(member.Address) / "user" / Self.Path.Name);
        // It knows nothing of this node's viewers.
        _ticks = 0;
    }

    private void Remove(Address address)
    {
        _others.Remove(address);
        _takeNone.Remove(address);
        if (_viewers.Remove(address, out var gone))
            foreach (var id in gone.Keys)
                Sum(id);
    }

    /// <summary>What comes from this node goes to all others; what comes from another is for this one.</summary>
    private void Pass(object message, Action hear)
    {
        if (Sender.Path.Address.HasGlobalScope)
            hear();
        else
            Spread(message);
    }

    private void Spread(object message)
    {
        foreach (var other in _others.Values)
            other.Tell(message, Self);
    }

    private void Hear(NodeViewers viewers)
    {
        var from = Sender.Path.Address;
        if (!_others.ContainsKey(from))
            return;
        if (!_viewers.TryGetValue(from, out var known))
            _viewers[from] = known = [];
        var before = viewers.IsWhole ? [.. known.Keys] : Array.Empty<EventId>();
        if (viewers.IsWhole)
            known.Clear();
        foreach (var (id, count) in viewers.Counts)
            if (count > 0)
                known[id] = count;
            else
                known.Remove(id);
        foreach (var id in viewers.Counts.Select(one => one.Event).Union(before))
            Sum(id);
    }

    private void Sum(EventId id) => _feeds.Elsewhere(id, _viewers.Values.Sum(known => known.GetValueOrDefault(id)));

    private void TellChanges()
    {
        if (_accountsChanged)
            Spread(AccountsChanged.Instance);
        _accountsChanged = false;
        _feeds.OtherNodes = Crowds();
        if (_others.Count == 0)
            return;
        var now = _feeds.Audiences().ToDictionary(one => one.Event, one => one.Viewers);
        var isWhole = _ticks++ % Whole == 0;
        var changed = isWhole ? [.. now.Select(one => (one.Key, one.Value))]
            : now.Where(one => one.Value != _told.GetValueOrDefault(one.Key)).Select(one => (one.Key, one.Value)).Concat(_told.Keys.Where(id => !now.ContainsKey(id)).Select(id => (id, 0))).ToArray();
        if (isWhole || changed.Length > 0)
            Spread(new NodeViewers(isWhole, changed));
        _told = now;
        if (!_feeds.TakesViewers && (isWhole || !_saidTakesNone))
            Spread(TakesNoViewers.Instance);
        _saidTakesNone = !_feeds.TakesViewers;
    }

    /// <summary>How many watch on each other node that is for viewers; null while one of them starts, stops, cannot be reached or has not said so.</summary>
    private IReadOnlyList<int>? Crowds()
    {
        var state = _cluster.State;
        var others = state.Members.Where(member => !member.Address.Equals(_cluster.SelfAddress) && member.HasRole(ClusterOptions.EdgeRole)).ToList();
        return others.TrueForAll(member => member.Status == MemberStatus.Up && !state.Unreachable.Contains(member) && !_takeNone.Contains(member.Address) && _viewers.ContainsKey(member.Address))
            ? [.. others.Select(member => _viewers[member.Address].Values.Sum())]
            : null;
    }

    private IReadOnlyList<EventAudience> Audiences() =>
    [
        .. _feeds.Audiences().Select(one => (one.Event, Node: _cluster.SelfAddress, one.Viewers))
            .Concat(_viewers.SelectMany(node => node.Value.Select(one => (Event: one.Key, Node: node.Key, Viewers: one.Value))))
            .GroupBy(one => one.Event, one => new NodeAudience(one.Node.ToString(), one.Viewers))
            .Select(one => new EventAudience(one.Key, [.. one.OrderBy(audience => audience.Node, StringComparer.Ordinal)])),
    ];

    /// <summary>Asks how many watch each event on each node; the answer is a list of <see cref="EventAudience"/>.</summary>
    public sealed record TellAudiences
    {
        public static readonly TellAudiences Instance = new();
    }

    /// <summary>Something about accounts or log-ins was changed or learned on this node.</summary>
    public sealed record SeeAccounts
    {
        public static readonly SeeAccounts Instance = new();
    }

    private sealed record Tell
    {
        public static readonly Tell Instance = new();
    }
}
