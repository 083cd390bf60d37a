using System.Diagnostics.Metrics;
using System.Net;
using LiveComments.Ingest;
using LiveComments.Redis;
using LiveComments.Telemetry;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Redis;

/// <summary>Two nodes whose clocks stand still, and that say what was taken when the tests want it.</summary>
[Collection(RedisCollection.Name), RequiresRedis]
public sealed class RedisLimitsTests : IAsyncLifetime
{
    private static readonly UserId Ada = new(Guid.NewGuid());

    private readonly RedisServer _redis;
    private readonly string _prefix;
    private readonly IHost _host;
    private readonly FakeTime _time = new();
    private readonly List<(RedisClient Client, LimitSharing Sharing, UserLimits Limits)> _nodes = [];

    public RedisLimitsTests(RedisServer redis)
    {
        (_redis, _prefix) = (redis, redis.NewPrefix());
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMetrics().AddSingleton<ProcessFault>();
        _host = builder.Build();
        // So slow that the clock of Redis does not matter.
        var limits = Options.Create(new LimitsOptions { CommentsPerSecond = 0.01, CommentBurst = 5, WritersPerAddress = 2 });
        for (var node = 0; node < 2; node++)
        {
            var client = new RedisClient(Options.Create(new RedisOptions { Connection = redis.Connection, Prefix = _prefix, Timeout = TimeSpan.FromSeconds(2) }), new RedisMetrics(_host.Services.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger<RedisClient>.Instance);
            var sharing = new LimitSharing(_host.Services.GetRequiredService<ProcessFault>(), _time, new RedisLimits(client));
            _nodes.Add((client, sharing, new UserLimits(limits, _time, sharing)));
        }
    }

    public async Task InitializeAsync()
    {
        foreach (var (client, _, _) in _nodes)
            await Http.EventuallyAsync(async () => await new RedisLimits(client).TakeAsync([new TakenTokens("x:0", TimeSpan.Zero)], default) is not null, "it is connected");
    }

    public async Task DisposeAsync()
    {
        foreach (var (client, sharing, _) in _nodes)
        {
            sharing.Dispose();
            await client.DisposeAsync();
        }
        _host.Dispose();
    }

    [Fact]
    public async Task What_was_taken_on_one_node_is_missing_on_the_other()
    {
        for (var i = 0; i < 4; i++)
            Assert.Null(_nodes[0].Limits.TakeComment(Ada, out _));
        await _nodes[0].Sharing.SayAsync(default);
        // The first that is taken here brings word of the others.
        Assert.Null(_nodes[1].Limits.TakeComment(Ada, out _));
        await _nodes[1].Sharing.SayAsync(default);
        Assert.Equal(Error.RateLimited, _nodes[1].Limits.TakeComment(Ada, out _)?.Error);
        Assert.Null(_nodes[1].Limits.TakeComment(new UserId(Guid.NewGuid()), out _));
    }

    [Fact]
    public async Task What_is_given_back_on_one_node_is_there_on_the_other()
    {
        var permits = new List<Permit>();
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(_nodes[0].Limits.TakeComment(Ada, out var permit));
            permits.Add(permit);
        }
        await _nodes[0].Sharing.SayAsync(default);
        permits.ForEach(static permit => permit.Refused(Error.Busy));
        await _nodes[0].Sharing.SayAsync(default);
        for (var i = 0; i < 4; i++)
        {
            Assert.Null(_nodes[1].Limits.TakeComment(Ada, out _));
            await _nodes[1].Sharing.SayAsync(default);
        }
    }

    [Fact]
    public async Task All_people_of_an_address_are_counted_together_on_all_nodes()
    {
        var address = IPAddress.Parse("203.0.113.7");
        for (var i = 0; i < 9; i++)
            Assert.Null(_nodes[i % 2].Limits.TakeComment(new UserId(Guid.NewGuid()), address, out _, out _));
        foreach (var (_, sharing, _) in _nodes)
            await sharing.SayAsync(default);
        Assert.Null(_nodes[0].Limits.TakeComment(new UserId(Guid.NewGuid()), address, out _, out _));
        await _nodes[0].Sharing.SayAsync(default);
        Assert.NotNull(_nodes[0].Limits.TakeComment(new UserId(Guid.NewGuid()), address, out _, out var isShared));
        Assert.True(isShared);
    }

    [Fact]
    public async Task While_Redis_is_away_each_node_limits_for_itself()
    {
        await _redis.FreezeAsync();
        try
        {
            foreach (var (_, sharing, limits) in _nodes)
            {
                for (var i = 0; i < 5; i++)
                    Assert.Null(limits.TakeComment(Ada, out _));
                await sharing.SayAsync(default);
                Assert.NotNull(limits.TakeComment(Ada, out _));
            }
        }
        finally
        {
            await _redis.ThawAsync();
        }
    }
}
