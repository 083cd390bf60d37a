using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Presence;
using LiveComments.Redis;
using LiveComments.Telemetry;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Redis;

/// <summary>Redis as it is run for availability: a replica that takes over, and a cluster whose keys move.</summary>
[Collection(RedisCollection.Name), RequiresRedis]
public sealed partial class RedisInstallationTests : IAsyncLifetime
{
    private readonly RedisProcesses _processes = new();
    private readonly SqliteStore _store = new(TimeProvider.System);
    private readonly EventId _id = EventId.New(TimeProvider.System);
    private IHost _host = null!;

    public async Task InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMetrics().AddSingleton<ProcessFault>();
        _host = builder.Build();
        await _store.Log.AppendAsync(_id, [new StatusDraft(EventStatus.Live)], default);
    }

    public async Task DisposeAsync()
    {
        await _processes.DisposeAsync();
        await _store.DisposeAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task A_replica_that_takes_over_is_used_without_a_restart()
    {
        var master = _processes.Start();
        _processes.Start("--replicaof", "127.0.0.1", Text(master));
        var sentinel = _processes.StartSentinel("main", master);
        await RedisProcesses.SaysAsync(sentinel, "flags", "sentinel", "replicas", "main");
        await using var client = NewClient($"127.0.0.1:{sentinel},serviceName=main");
        await IsUsedAsync(client);
        await _processes.EndAsync(master);
        await IsUsedAsync(client);
    }

    [Fact]
    public async Task A_cluster_keeps_the_keys_of_an_event_together_while_they_move()
    {
        int[] ports = [.. Enumerable.Range(0, 3).Select(_ => _processes.Start("--cluster-enabled", "yes"))];
        string[] servers = [.. ports.Select(port => $"127.0.0.1:{port}")];
        foreach (var port in ports)
            await RedisProcesses.SaysAsync(port, "PONG", "ping");
        await RedisProcesses.CommandAsync(["--cluster", "create", .. servers, "--cluster-yes"]);
        foreach (var port in ports)
            await RedisProcesses.SaysAsync(port, "cluster_state:ok", "cluster", "info");
        await using var client = NewClient(string.Join(',', servers));
        await IsUsedAsync(client);
        // Whoever has the event's keys gives a third of all keys to the next.
        var owner = Array.IndexOf(servers, (await client.AskAsync(database => database.IdentifyEndpointAsync(new HotKeys(client).Of(_id)[0])))!.ToString());
        await RedisProcesses.CommandAsync("--cluster", "reshard", servers[0], "--cluster-from", await NodeAsync(ports[owner]), "--cluster-to", await NodeAsync(ports[(owner + 1) % 3]), "--cluster-slots", "5460", "--cluster-yes");
        await IsUsedAsync(client);
    }

    [Fact]
    public async Task The_rights_that_the_page_names_are_enough()
    {
        var port = _processes.Start();
        await RedisProcesses.SaysAsync(port, "PONG", "ping");
        var named = File.ReadLines(Path.Combine(Repository.Root, "docs", "redis.md")).Select(line => Right().Match(line)).Single(match => match.Success).Groups[1].Value;
        Assert.Equal("OK", (await RedisProcesses.CommandAsync(["-p", Text(port), .. named.Split(' ')])).Trim());
        await using (var client = NewClient($"127.0.0.1:{port},user=livecomments,password=PASSWORD", "livecomments"))
        {
            await IsUsedAsync(client);
            using var streams = new RedisNoticeStreams(client, _host.Services.GetRequiredService<ProcessFault>());
            streams.Decided([new ModeratorDecision(Guid.NewGuid(), null, default, default, DecisionAction.ChangeRules, null, null)]);
            await streams.WriteAsync();
            await streams.ForgetAsync(default, default);
        }
        Assert.Equal("1", (await RedisProcesses.CommandAsync("-p", Text(port), "XLEN", "livecomments:stream:moderation:actions")).Trim());
        // The client asks for the time after which idle connections are closed, and does without: who may ask may also ask for passwords.
        var refused = (await RedisProcesses.CommandAsync("-p", Text(port), "ACL", "LOG")).Split('\n');
        Assert.Equal("config|get", Assert.Single(refused.Zip(refused.Skip(1)).Where(pair => pair.First == "object").Select(pair => pair.Second).Distinct()));
    }

    /// <summary>Everything that keeps something in Redis works.</summary>
    private async Task IsUsedAsync(RedisClient client)
    {
        var meters = _host.Services.GetRequiredService<IMeterFactory>();
        var (keys, metrics) = (new HotKeys(client), new HotMetrics(meters));
        using var writer = new HotWriter(client, keys, _store.Log, _store.Reactions, metrics, _host.Services.GetRequiredService<ProcessFault>(), TimeProvider.System);
        var hot = new RedisHotEntries(client, keys, writer, metrics, TimeProvider.System);
        var presence = new RedisPresence(client, new NodeLease(client), new LocalPresence(TimeProvider.System));
        var report = new PresenceReport(true, new Dictionary<EventId, EventPresence> { [_id] = new EventPresence(1, 0, []) }, new Dictionary<UserId, PresenceState> { [new UserId(Guid.NewGuid())] = PresenceState.Online }, [(_id, new UserId(Guid.NewGuid()))]);
        await Http.EventuallyAsync(async () => await presence.ReportAsync(report, default), "presence is said");
        // What was said before counts for ten seconds more.
        Assert.InRange((await presence.OfEventAsync(_id, default)).Online, 1, 2);
        Assert.NotNull(await new RedisLimits(client).TakeAsync([new TakenTokens("u:1", TimeSpan.FromSeconds(1)), new TakenTokens("u:2", TimeSpan.FromSeconds(1))], default));
        await Http.EventuallyAsync(async () =>
        {
            var placed = (AppendResult.Appended)(await _store.Log.AppendAsync(_id, [Feeds.MemoryLog.Comment("x")], default))[0];
            hot.Placed(_id, placed.Epoch, [placed.Entry]);
            await writer.DropAsync(default);
            await writer.WriteAsync(default);
            writer.ForgetRests();
            return await hot.ReadAsync(_id, new Position(placed.Epoch, placed.Entry.Seq), 0, 100, default) is not null;
        }, "entries are kept");
        await hot.ForgetAllAsync(default);
    }

    private static async Task<string> NodeAsync(int port) => (await RedisProcesses.CommandAsync("-p", Text(port), "cluster", "myid")).Trim();

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("`(ACL SETUSER [^`]+)`")]
    private static partial Regex Right();

    private RedisClient NewClient(string connection, string prefix = "test") => new(
        Options.Create(new RedisOptions { Connection = connection, Prefix = prefix, Timeout = TimeSpan.FromSeconds(2) }), new RedisMetrics(_host.Services.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger<RedisClient>.Instance);
}
