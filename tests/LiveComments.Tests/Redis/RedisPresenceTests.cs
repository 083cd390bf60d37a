using System.Diagnostics.Metrics;
using LiveComments.Presence;
using LiveComments.Redis;
using LiveComments.Tests.Conformance;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace LiveComments.Tests.Redis;

/// <summary>Two nodes that share a Redis.</summary>
[Collection(RedisCollection.Name), RequiresRedis]
public sealed class RedisPresenceTests : PresenceSpec, IAsyncLifetime
{
    private readonly RedisServer _redis;
    private readonly string _prefix;
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<RedisClient> _clients = [];
    private readonly IPresence _second;

    public RedisPresenceTests(RedisServer redis)
    {
        (_redis, _prefix) = (redis, redis.NewPrefix());
        (Node, _second) = (NewNode(), NewNode());
    }

    private protected override IPresence Node { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        await _meters.DisposeAsync();
    }

    [Fact]
    public async Task All_nodes_are_counted_together_and_each_person_once()
    {
        await SayAsync(Node, Whole((Show, 2, 0, Ada, PresenceState.Away)));
        await SayAsync(_second, Whole((Show, 1, 1, Ada, PresenceState.Online), (Other, 1, 0, Ben, PresenceState.Online)));
        await SayAsync(Node, Changes());
        foreach (var node in (IPresence[])[Node, _second])
        {
            var here = await node.OfEventAsync(Show, default);
            Assert.Equal((3, 1, 1), Counts(here));
            Assert.Equal(1, here.Unique);
            Assert.Equal(PresenceState.Online, here.People[0].State);
            Assert.Equal(PresenceState.Online, await node.OfPersonAsync(Ada, default));
        }
        await SayAsync(_second, Whole());
        await SayAsync(Node, Changes());
        Assert.Equal((2, 0, 1), Counts(await Node.OfEventAsync(Show, default)));
        Assert.Equal(PresenceState.Away, await Node.OfPersonAsync(Ben, default));
    }

    [Fact]
    public async Task What_a_node_said_that_is_silent_does_not_count_and_is_cleared_away()
    {
        await SayAsync(Node, Whole((Show, 1, 0, Ada, PresenceState.Online)));
        await SayAsync(_second, Whole((Show, 1, 0, Ben, PresenceState.Online)));
        await SilenceAsync();
        await SayAsync(_second, Changes());
        Assert.Equal((1, 0, 1), Counts(await _second.OfEventAsync(Show, default)));
        Assert.Equal(PresenceState.Away, await _second.OfPersonAsync(Ada, default));
        Assert.Equal(1, await _redis.Database.HashLengthAsync($"{_prefix}:presence:event:{Show}"));
        Assert.False(await _redis.Database.KeyExistsAsync($"{_prefix}:presence:user:{Ada}"));

        // It was only slow. It is told that what it said is gone, and says everything again.
        Assert.False(await Node.ReportAsync(Changes(), default));
        await SayAsync(Node, Whole((Show, 1, 0, Ada, PresenceState.Online)));
        await SayAsync(_second, Changes());
        Assert.Equal((2, 0, 2), Counts(await _second.OfEventAsync(Show, default)));
    }

    [Fact]
    public async Task After_Redis_was_emptied_or_killed_everything_is_said_again()
    {
        await SayAsync(Node, Whole((Show, 1, 0, Ada, PresenceState.Online)));
        await _redis.Database.ExecuteAsync("FLUSHALL");
        Assert.False(await Node.ReportAsync(Changes(), default));
        await SayAsync(Node, Whole((Show, 1, 0, Ada, PresenceState.Online)));
        await _redis.KillAsync();
        Assert.Equal((1, 0, 1), Counts(await Node.OfEventAsync(Show, default)));
        await Http.EventuallyAsync(async () => !await Node.ReportAsync(Changes(), default), "the report is lost");
        await _redis.StartAsync();
        await Http.EventuallyAsync(async () => await Node.ReportAsync(Whole((Show, 1, 0, Ada, PresenceState.Online)), default), "Redis is there again");
        await Http.EventuallyAsync(async () => await _second.ReportAsync(Whole(), default), "Redis is there again");
        await Http.EventuallyAsync(async () => Counts(await _second.OfEventAsync(Show, default)) == (1, 0, 1), "the second knows");
    }

    [Fact]
    public async Task While_Redis_hangs_a_node_answers_for_itself_and_says_what_is_wrong()
    {
        await SayAsync(Node, Whole((Show, 1, 0, Ada, PresenceState.Online)));
        await SayAsync(_second, Whole((Show, 1, 0, Ben, PresenceState.Online)));
        await _redis.FreezeAsync();
        try
        {
            Assert.Equal((1, 0, 1), Counts(await Node.OfEventAsync(Show, default)));
            Assert.Contains("Redis does not answer", _clients[0].Fault, StringComparison.Ordinal);
            Assert.Equal(PresenceState.Offline, await Node.OfPersonAsync(Ben, default));
            // Only one call in a second waits.
            await Assert.ThrowsAsync<RedisAwayException>(() => _clients[0].AskAsync(database => database.PingAsync()));
        }
        finally
        {
            await _redis.ThawAsync();
        }
        await Http.EventuallyAsync(async () => await Node.ReportAsync(Whole((Show, 1, 0, Ada, PresenceState.Online)), default), "Redis answers again");
        Assert.Null(_clients[0].Fault);
        await Http.EventuallyAsync(async () => Counts(await Node.OfEventAsync(Show, default)) == (2, 0, 2), "both count again");
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_is_nobody()
    {
        await SayAsync(Node, Whole((Show, 1, 0, Ada, PresenceState.Online)));
        await SayAsync(_second, Whole());
        var key = $"{_prefix}:presence:event:{Show}";
        var node = (await _redis.Database.HashKeysAsync(key))[0];
        foreach (var hostile in (RedisValue[])["", "nonsense of some length", new byte[] { 2, 0, 0, 0, 1, 0, 0, 0, 1 }, new byte[10]])
        {
            await _redis.Database.HashSetAsync(key, node, hostile);
            Assert.Equal((0, 0, 0), Counts(await Node.OfEventAsync(Show, default)));
        }
    }

    private RedisPresence NewNode()
    {
        var client = new RedisClient(Options.Create(new RedisOptions { Connection = _redis.Connection, Prefix = _prefix, Timeout = TimeSpan.FromSeconds(2) }), new RedisMetrics(_meters.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger<RedisClient>.Instance);
        _clients.Add(client);
        return new RedisPresence(client, new NodeLease(client), new LocalPresence(TimeProvider.System));
    }

    /// <summary>A first call finds no connection yet.</summary>
    private static Task SayAsync(IPresence node, PresenceReport report) => Http.EventuallyAsync(async () => await node.ReportAsync(report, default), "Redis has it");

    /// <summary>As if the first node had said nothing for ten seconds.</summary>
    private async Task SilenceAsync()
    {
        var nodes = await _redis.Database.SortedSetRangeByRankAsync($"{_prefix}:nodes");
        await _redis.Database.SortedSetAddAsync($"{_prefix}:nodes", nodes.Single(node => _redis.Database.SetContains($"{_prefix}:said:{node}", $"user:{Ada}")), 1);
    }
}
