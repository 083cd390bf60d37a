using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Akka.Streams;
using LiveComments.Akka.Nodes;
using LiveComments.Akka.Messages;
using LiveComments.Akka.Serialization;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Akka;

/// <summary>
/// The actor system of this node: alone, with <c>akka.actor.provider = local</c> and no port, or a member of a cluster, with the same actors and messages. A host starts it before its doors open and stops it after they are drained, when everything that was asked
/// is answered; a command that places something starts it with the first ask.
/// </summary>
internal sealed class Engine : BackgroundService, IEngine, IAsyncDisposable
{
    /// <summary>How long who operates this waits for an answer of the actors, less than a request may take.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(1);

    /// <summary>How often idle gates are looked for.</summary>
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);

    private readonly EngineParts _parts;
    private readonly EventFeeds _feeds;
    private readonly Stages _stages;
    private readonly IngestOptions _ingest;
    private readonly ILoggerFactory _logs;
    private readonly ClusterNode? _node;
    private readonly Lazy<Running> _running;

    /// <param name="node">Null where this node is alone.</param>
    public Engine(EngineParts parts, EventFeeds feeds, Stages stages, IOptions<IngestOptions> ingest, ILoggerFactory logs, ClusterNode? node = null)
    {
        _logs = logs;
        _node = node;
        (_parts, _feeds, _stages, _ingest) = (parts, feeds, stages, ingest.Value);
        _running = new Lazy<Running>(Run);
        Gates = new EventGates(parts, () => _running.Value.Events, () => _running.Value.Materializer);
        parts.Metrics.Observe(Gates, parts.Options, () => _running.IsValueCreated ? _running.Value.Graph.Waiting : 0, _ingest);
    }

    public EventGates Gates { get; }

    /// <summary>Runs streams on this node.</summary>
    public IMaterializer Materializer => _running.Value.Materializer;

    /// <summary>This node's, as the actors of others write it.</summary>
    public string Address => ((ExtendedActorSystem)_running.Value.System).Provider.DefaultAddress.ToString();

    /// <summary>Asks what takes the messages for events' actors; null when no answer came in <see cref="AnswerTime"/>.</summary>
    public async ValueTask<T?> AskAsync<T>(object question, CancellationToken ct) where T : class
    {
        try
        {
            return await _running.Value.Events.Ask<T>(question, AnswerTime, ct);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="ICluster.LocateAsync"/>
    public async ValueTask<EventLocation?> LocateAsync(EventId id, CancellationToken ct) => (await AskAsync<Described>(new Describe(id), ct))?.Location;

    public ValueTask TakeAsync(Offer offer) => _running.Value.Graph.TakeAsync(offer);

    public ValueTask<AppendResult> PlaceAsync(EventId id, EntryDraft draft, CancellationToken ct) => Gates.PlaceAsync(id, draft);

    public ValueTask<ReactionResult> ReactAsync(EventId id, ReactionDraft draft, CancellationToken ct) => Gates.ReactAsync(id, draft);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _ = _running.Value;
        if (_node is not null)
            await _node.JoinAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await StopSystemAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopSystemAsync();
        Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(SweepAsync(stoppingToken), _node?.RunAsync(stoppingToken) ?? Task.CompletedTask);

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Sweep, _parts.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Gates.CloseIdle();
        }
        catch (OperationCanceledException)
        {
        }
    }

    private Running Run()
    {
        using var file = new StreamReader(typeof(Engine).Assembly.GetManifestResourceStream("livecomments.conf")!);
        var config = ConfigurationFactory.ParseString(file.ReadToEnd());
        if (_node is not null)
            config = _node.Config().WithFallback(config);
        if (_parts.Options.Hocon is { Length: > 0 } own)
            config = ConfigurationFactory.ParseString(File.ReadAllText(own)).WithFallback(config);
        var setup = BootstrapSetup.Create().WithConfig(config).And(SerializationSetup.Create(system =>
            [SerializerDetails.Create("livecomments", new EngineSerializer(system, _parts.Metrics), [.. MessageFormat.All.Select(format => format.Type)])])).And(new EngineLogSetup(_logs.CreateLogger("Akka")));
        var system = ActorSystem.Create("livecomments", _node?.AddTo(setup) ?? setup);
        // Before the first event's actor, which works with them.
        var events = _node?.Start(system, _parts) ?? system.ActorOf(Props.Create(() => new LocalEvents(_parts)), "events");
        _node?.Cluster.RegisterOnMemberRemoved(() =>
        {
            if (!Gates.IsStopping)
                _parts.Fault.Raise(new InvalidOperationException("The others have gone on without this node, which was cut off: it must be started again."));
        });
        var relay = system.ActorOf(Props.Create(() => new NodeRelay(_feeds, events, _node == null ? null : _parts.Log, _parts.Fault)), "relay");
        _parts.Relays = _node is null ? [relay] : [relay, _node.Others];
        _feeds.Watch = async (id, ct) =>
        {
            var watching = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            relay.Tell(new OpenFeed(id, watching));
            await watching.Task.WaitAsync(ct);
        };
        _feeds.Unwatch = id => relay.Tell(new CloseFeed(id));
        var materializer = system.Materializer();
        return new Running(system, events, materializer, new IngestGraph(_stages, _ingest, Gates, _parts, materializer), EndedAsync(system));
    }

    /// <summary>An actor system that ends by itself has given up.</summary>
    private async Task EndedAsync(ActorSystem system)
    {
        await system.WhenTerminated;
        if (!Gates.IsStopping)
            _parts.Fault.Raise(new InvalidOperationException("The actor system ended by itself."));
    }

    private async Task StopSystemAsync()
    {
        if (_running.IsValueCreated)
        {
            _running.Value.Graph.Close();
            await _running.Value.Graph.Ended;
        }
        await Gates.StopAsync();
        if (!_running.IsValueCreated)
            return;
        if (_node is not null)
            await _node.LeaveAsync();
        await _running.Value.System.Terminate();
        await _running.Value.Ended;
    }

    private sealed record Running(ActorSystem System, IActorRef Events, IMaterializer Materializer, IngestGraph Graph, Task Ended);
}
