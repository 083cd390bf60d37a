using System.Globalization;
using System.Net;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;
using LiveComments.Accounts;
using LiveComments.Akka.Messages;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Moderation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using AkkaCluster = Akka.Cluster.Cluster;

namespace LiveComments.Akka.Nodes;

/// <summary>This node as a member of a cluster: finds the others, joins them, and leaves them.</summary>
internal sealed partial class ClusterNode(
    IOptions<ClusterOptions> options, INodeDirectory nodes, EventFeeds feeds, EventDirectory events, AccountWatch accounts, RestrictionWatch restrictions, NetworkWatch networks, Lookers lookers, SessionChecks sessions, TimeProvider time, ILogger<ClusterNode> log)
    : IDuty
{
    /// <summary>A node that has not said for this long that it is a member is none.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(10);

    /// <summary>Shards that a new node is given at a time. Moving one takes a tenth of a second, in which its events wait.</summary>
    private const int MovedAtOnce = 10;

    private static readonly TimeSpan KeepEvery = TimeSpan.FromSeconds(2);

    /// <summary>How long the nodes that were found are asked, before they are looked for again.</summary>
    private static readonly TimeSpan TryFor = TimeSpan.FromSeconds(5);

    private readonly ClusterOptions _options = options.Value;
    private ActorSystem _system = null!;
    private volatile AkkaCluster _cluster = null!;

    public AkkaCluster Cluster => _cluster;

    /// <summary>The actor that tells other nodes, and hears from them.</summary>
    public IActorRef Others { get; private set; } = ActorRefs.Nobody;

    public MembershipChanges Changes { get; } = new(time);

    /// <summary>The member that has the duties; null before there is one.</summary>
    public Member? Oldest => _cluster.State.Members.Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving)
        .Aggregate(default(Member), static (oldest, member) => oldest is null || member.IsOlderThan(oldest) ? member : oldest);

    /// <summary>Nothing is the duty of a node that has not begun yet: what asks may begin before it.</summary>
    public bool IsOurs => _cluster is not null && (Oldest?.Address.Equals(_cluster.SelfAddress) ?? false);

    /// <summary>What the cluster adds to the configuration of an actor system.</summary>
    public Config Config()
    {
        using var file = new StreamReader(typeof(ClusterNode).Assembly.GetManifestResourceStream("cluster.conf")!);
        var config = ConfigurationFactory.ParseString(file.ReadToEnd());
        var own = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"akka.remote.dot-netty.tcp {{ hostname = {Quoted(_options.Hostname)}, port = {_options.Port} }}"),
            $"akka.cluster.roles = [{string.Join(", ", _options.Has.Select(Quoted))}]",
        };
        if (_options.Certificate.Length > 0)
            own.Add("akka.remote.dot-netty.tcp.enable-ssl = true");
        return ConfigurationFactory.ParseString(string.Join('\n', own)).WithFallback(config);
    }

    /// <summary>What the cluster adds to the setup of an actor system.</summary>
    public ActorSystemSetup AddTo(ActorSystemSetup setup)
    {
        setup = setup.And(new StoreLeaseSetup(nodes, time));
        if (_options.Certificate.Length == 0)
            return setup;
        var own = _options.ReadCertificate();
        // Nodes have the same certificate, so whoever shows another one is none, whoever signed it.
        return setup.And(new DotNettySslSetup(own, suppressValidation: false, requireMutualAuthentication: true, (shown, _, _, _, _) => shown is not null && shown.RawDataMemory.Span.SequenceEqual(own.RawDataMemory.Span)));
    }

    /// <summary>Starts what lives on this node; returns what takes messages for the actors of events.</summary>
    public IActorRef Start(ActorSystem system, EngineParts parts)
    {
        _system = system;
        _cluster = AkkaCluster.Get(system);
        var sharding = ClusterSharding.Get(system);
        const string type = "event";
        var region = _options.Has.Contains(ClusterOptions.EventRole)
            ? sharding.Start(type, id => EventActor.Props(id, parts), ClusterShardingSettings.Create(system).WithRole(ClusterOptions.EventRole), new EventShards(),
                ShardAllocationStrategy.LeastShardAllocationStrategy(absoluteLimit: MovedAtOnce, relativeLimit: 1), Leave.Instance)
            : sharding.StartProxy(type, ClusterOptions.EventRole, new EventShards());
        system.ActorOf(Props.Create(() => new MembershipWatch(Changes)), "membership");
        Others = system.ActorOf(Props.Create(() => new OtherNodes(feeds, events, accounts, restrictions, networks, lookers)), "nodes");
        events.Told = (id, videoId, user) => Others.Tell(new EventChanged(id, videoId, user));
        feeds.Told = notice => Others.Tell(new Noticed(notice));
        lookers.Told = look => Others.Tell(new LookedAt(look));
        restrictions.Told = networks.Told = () => Others.Tell(RestrictionsChanged.Instance);
        sessions.SessionEnded += _ => Others.Tell(OtherNodes.SeeAccounts.Instance);
        sessions.StandingChanged += _ => Others.Tell(OtherNodes.SeeAccounts.Instance);
        return region;
    }

    /// <summary>Returns when this node is a member.</summary>
    /// <exception cref="StoreUnavailableException"/>
    /// <exception cref="IOException">It is being stopped, or cannot go on, as when nobody takes its certificate.</exception>
    public async Task JoinAsync(CancellationToken ct)
    {
        var self = _cluster.SelfAddress;
        while (true)
        {
            IReadOnlyList<Address> others = _options.Seeds.Count > 0 ? await SeedsAsync(ct) : [.. (await nodes.FindAsync(self.ToString(), Lately, ct)).Select(Address.Parse)];
            if (others.Count == 0 && _options.Seeds.Count > 0)
            {
                // A name that is not known yet must not make this node the first of a cluster of its own.
                await Task.Delay(KeepEvery, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (ct.IsCancellationRequested)
                    throw new IOException("This node stopped before it was a member of the cluster: its seeds are not known.");
                continue;
            }
            if (others.Count == 0)
                LogFirst(log, self.ToString());
            else
                LogJoins(log, self.ToString(), string.Join(", ", others));
            using var trying = CancellationTokenSource.CreateLinkedTokenSource(ct);
            trying.CancelAfter(_options.Seeds.Count > 0 ? 4 * TryFor : TryFor);
            try
            {
                await _cluster.JoinSeedNodesAsync(others.Count == 0 ? [self] : others, trying.Token);
                break;
            }
            catch (Exception e) when (e is not StoreUnavailableException && !ct.IsCancellationRequested)
            {
                LogAgain(log, e.Message);
            }
            catch (Exception e) when (e is not StoreUnavailableException)
            {
                throw new IOException($"This node stopped before it was a member of the cluster; the log says why. {e.Message}", e);
            }
        }
        await KeepAsync(ct);
        LogMember(log, self.ToString(), _cluster.State.Members.Count);
    }

    /// <summary>Says again and again that this node is a member.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(KeepEvery, time);
        while (await timer.WaitForNextTickAsync(ct))
            try
            {
                await KeepAsync(ct);
            }
            catch (StoreUnavailableException)
            {
                // While the store is away nobody finds this node; nobody can start then either.
            }
    }

    /// <summary>Hands over what lives here, and leaves.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            await nodes.RemoveAsync(_cluster.SelfAddress.ToString(), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // It is forgotten in a few seconds.
        }
        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
    }

    private async Task KeepAsync(CancellationToken ct)
    {
        if (_options.Seeds.Count == 0)
            await nodes.KeepAsync(_cluster.SelfAddress.ToString(), ct);
    }

    private async Task<IReadOnlyList<Address>> SeedsAsync(CancellationToken ct)
    {
        var found = new List<Address>();
        foreach (var seed in _options.Seeds)
        {
            ClusterOptions.TrySeed(seed, out var host, out var port);
            try
            {
                var addresses = await Dns.GetHostAddressesAsync(host, ct);
                // A name of one address stays, so that a node may be reached by the name that it has.
                found.AddRange((addresses.Length > 1 ? addresses.Select(address => address.ToString()).Order(StringComparer.Ordinal) : Enumerable.Repeat(host, 1))
                    .Select(one => new Address(_cluster.SelfAddress.Protocol, _cluster.SelfAddress.System, one, port)));
            }
            catch (System.Net.Sockets.SocketException e)
            {
                LogUnknown(log, seed, e.Message);
            }
        }
        return found;
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    [LoggerMessage(Level = LogLevel.Information, Message = "{Address} begins the cluster: no other node is a member")]
    private static partial void LogFirst(ILogger log, string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Address} joins {Others}")]
    private static partial void LogJoins(ILogger log, string address, string others);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Joining failed, and is tried again: {Reason}")]
    private static partial void LogAgain(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The seed {Seed} is not known: {Reason}")]
    private static partial void LogUnknown(ILogger log, string seed, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Address} is a member, one of {Count}")]
    private static partial void LogMember(ILogger log, string address, int count);
}
