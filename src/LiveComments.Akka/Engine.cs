using Akka.Actor;
using Akka.Configuration;
using Akka.Streams;
using LiveComments.Akka.Messages;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Log;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LiveComments.Akka;

/// <summary>
/// The actor system of this node: <c>akka.actor.provider = local</c>, so no port. A host starts it before its doors open and stops it after they are drained, when everything that was asked
/// is answered; a command that places something starts it with the first ask.
/// </summary>
internal sealed class Engine : BackgroundService, IEngine, IAsyncDisposable
{
    /// <summary>How often idle gates are looked for.</summary>
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);

    private readonly EngineParts _parts;
    private readonly EventFeeds _feeds;
    private readonly Stages _stages;
    private readonly IngestOptions _ingest;
    private readonly Lazy<Running> _running;

    public Engine(EngineParts parts, EventFeeds feeds, Stages stages, IOptions<IngestOptions> ingest)
    {
        (_parts, _feeds, _stages, _ingest) = (parts, feeds, stages, ingest.Value);
        _running = new Lazy<Running>(Run);
        Gates = new EventGates(parts, () => _running.Value.Events, () => _running.Value.Materializer);
        parts.Metrics.Observe(Gates, parts.Options, () => _running.IsValueCreated ? _running.Value.Graph.Waiting : 0, _ingest);
    }

    public EventGates Gates { get; }

    public ValueTask TakeAsync(Offer offer) => _running.Value.Graph.TakeAsync(offer);

    public ValueTask<AppendResult> PlaceAsync(EventId id, EntryDraft draft, CancellationToken ct) => Gates.PlaceAsync(id, draft);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _ = _running.Value;
        return base.StartAsync(cancellationToken);
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
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
        if (_parts.Options.Hocon is { Length: > 0 } own)
            config = ConfigurationFactory.ParseString(File.ReadAllText(own)).WithFallback(config);
        var system = ActorSystem.Create("livecomments", config);
        var events = system.ActorOf(Props.Create(() => new LocalEvents(_parts)), "events");
        var relay = system.ActorOf(Props.Create(() => new NodeRelay(_feeds, events)), "relay");
        _parts.Relays = [relay];
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
        await _running.Value.System.Terminate();
        await _running.Value.Ended;
    }

    private sealed record Running(ActorSystem System, IActorRef Events, IMaterializer Materializer, IngestGraph Graph, Task Ended);
}
