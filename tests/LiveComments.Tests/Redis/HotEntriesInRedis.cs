using System.Diagnostics.Metrics;
using System.Text;
using LiveComments.Redis;
using LiveComments.Telemetry;
using LiveComments.Tests.Conformance;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace LiveComments.Tests.Redis;

/// <summary>Two nodes that share a Redis; the tests say when they write.</summary>
public abstract class HotEntriesInRedis(RedisServer redis) : HotEntriesSpec, IAsyncLifetime
{
    private readonly string _prefix = redis.NewPrefix();
    private protected readonly IHost _host = HostOfMetrics();
    private protected readonly List<Node> _nodes = [];

    private protected override IHotEntries Hot => _nodes[0].Hot;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        _nodes.Add(NewNode());
        _nodes.Add(NewNode());
        foreach (var node in _nodes)
            await Http.EventuallyAsync(async () =>
            {
                try
                {
                    return await node.Client.AskAsync(database => database.PingAsync()) >= TimeSpan.Zero;
                }
                catch (RedisAwayException)
                {
                    return false;
                }
            }, "it is connected");
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public override async Task DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            node.Writer.Dispose();
            await node.Client.DisposeAsync();
        }
        _host.Dispose();
        await base.DisposeAsync();
    }

    private protected override Task KeepAsync() => _nodes[0].KeepAsync();

    private protected RedisKey[] Keys(EventId id) => _nodes[0].Keys.Of(id);

    private protected async Task<bool> HasAsync(string text) => (await redis.DumpAsync(_prefix)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private Node NewNode()
    {
        var meters = _host.Services.GetRequiredService<IMeterFactory>();
        var client = new RedisClient(Options.Create(new RedisOptions { Connection = redis.Connection, Prefix = _prefix, Timeout = TimeSpan.FromSeconds(2) }), new RedisMetrics(meters), TimeProvider.System, NullLogger<RedisClient>.Instance);
        var (keys, metrics) = (new HotKeys(client), new HotMetrics(meters));
        var writer = new HotWriter(client, keys, Store.Log, Store.Reactions, metrics, _host.Services.GetRequiredService<ProcessFault>(), TimeProvider.System);
        return new Node(client, keys, writer, new RedisHotEntries(client, keys, writer, metrics, TimeProvider.System));
    }

    private static IHost HostOfMetrics()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMetrics().AddSingleton<ProcessFault>();
        return builder.Build();
    }

    private protected sealed record Node(RedisClient Client, HotKeys Keys, HotWriter Writer, IHotEntries Hot)
    {
        public async Task KeepAsync()
        {
            // As if the time between two pages of one event had passed.
            Writer.ForgetRests();
            await Writer.DropAsync(default);
            await Writer.WriteAsync(default);
        }
    }
}
