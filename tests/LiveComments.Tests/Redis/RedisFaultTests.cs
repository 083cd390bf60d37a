using LiveComments.Tests.Cluster;
using LiveComments.Tests.PostgreSql;
using Xunit.Abstractions;

namespace LiveComments.Tests.Redis;

/// <summary>Three nodes in mid-burst while all that can happen to their Redis happens to it, one after the other.</summary>
[Collection(ClusterCollection.Name), RequiresPostgreSql, RequiresRedis]
public sealed class RedisFaultTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly PostgreSqlServer _postgreSql = new() { Flushes = true };
    private readonly RedisServer _redis = new();

    public async Task InitializeAsync()
    {
        await _postgreSql.InitializeAsync();
        await _redis.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _postgreSql.DisposeAsync();
    }

    [Fact]
    public async Task Whatever_happens_to_Redis_nothing_is_lost_or_doubled_and_it_is_used_again_afterwards()
    {
        var prefix = _redis.NewPrefix();
        var faults = new Queue<Func<Task>>(
        [
            async () =>
            {
                await _redis.KillAsync();
                await Task.Delay(TimeSpan.FromSeconds(3));
                await _redis.StartAsync();
            },
            async () =>
            {
                await _redis.FreezeAsync();
                await Task.Delay(TimeSpan.FromSeconds(20));
                await _redis.ThawAsync();
            },
            () => _redis.Database.ExecuteAsync("FLUSHALL"),
            async () =>
            {
                await _redis.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
                await Task.Delay(TimeSpan.FromSeconds(3));
                await _redis.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
            },
            () => _redis.Database.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"),
        ]);
        await using var cluster = new ChildCluster(3, [.. await _postgreSql.StoreSettingsAsync(), .. _redis.Settings(prefix)]);
        await ClusterRun.RunAsync(cluster, faults.Count, async () =>
        {
            await faults.Dequeue()();
            // Without a restart, the entries of now are there again.
            await EndToEnd.Http.EventuallyAsync(() => HasEntriesAsync(prefix), "Redis has entries again");
        }, output);
    }

    private async Task<bool> HasEntriesAsync(string prefix)
    {
        try
        {
            return await _redis.LongestStreamAsync($"{prefix}:stream:event:*:comments") > 0;
        }
        catch (StackExchange.Redis.RedisException)
        {
            // The tests' own connection was cut too.
            return false;
        }
    }
}
