using System.Text.Json;
using LiveComments.Tests.Cluster;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.EndToEnd.Crash;
using LiveComments.Tests.Kafka;
using LiveComments.Tests.PostgreSql;
using LiveComments.Tests.Redis;
using Xunit.Abstractions;

namespace LiveComments.Tests.Cassandra;

/// <summary>
/// Everything that the product can use at once: three servers, three Cassandra nodes, PostgreSQL, Redis, Kafka in and out, and statistics, while each of them is killed or frozen, one after the other. The same clients and the
/// same audit as for one server.
/// </summary>
[Collection(ClusterCollection.Name), RequiresPostgreSql, RequiresCassandra, RequiresRedis, RequiresKafka]
public sealed class EveryPartCrashTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(10);

    private readonly PostgreSqlServer _postgreSql = new() { Flushes = true };
    private readonly RedisServer _redis = new();
    private readonly KafkaBroker _kafka = new();
    private readonly CassandraRing _cassandra = new("dc1:3", "dc1", "dc1", "dc1");

    public async Task InitializeAsync()
    {
        await Task.WhenAll(_postgreSql.InitializeAsync(), _redis.InitializeAsync(), _kafka.InitializeAsync());
        await _cassandra.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _cassandra.DisposeAsync();
        await _kafka.DisposeAsync();
        await _redis.DisposeAsync();
        await _postgreSql.DisposeAsync();
    }

    [Fact]
    public async Task Whatever_part_is_killed_or_frozen_nothing_is_lost_or_doubled_and_all_totals_are_equal()
    {
        var (topic, dead, published) = (await _kafka.CreateTopicAsync(2), await _kafka.CreateTopicAsync(), await _kafka.CreateTopicAsync(2));
        await using var cluster = new ChildCluster(3,
        [
            .. await _postgreSql.StoreSettingsAsync(), .. _cassandra.Settings(), "--LiveComments:Cassandra:Timeout=00:00:05", .. _redis.Settings(_redis.NewPrefix()), $"--LiveComments:Kafka:Servers={_kafka.Servers}", $"--LiveComments:Kafka:Group={_kafka.NewName()}",
            $"--LiveComments:Kafka:DeadLetters={dead}", $"--LiveComments:Kafka:Out={published}", $"--LiveComments:Kafka:In:0:Topic={topic}", "--LiveComments:Kafka:In:0:Issuer=chat",
        ]);
        var (fed, records, enough) = ("", 0, false);
        var feeding = Task.CompletedTask;
        var faults = new Queue<Func<ChildCluster, Task>>(ClusterRun.IsLong
            ? [KillNodeOfCassandraAsync, FreezeNodeOfCassandraAsync, KillOwnerAsync, FreezeOwnerAsync, KillDatabaseAsync, KillRedisAsync, KillBrokerAsync]
            : [KillNodeOfCassandraAsync, KillOwnerAsync]);
        try
        {
            await ClusterRun.RunAsync(cluster, faults.Count, async () =>
            {
                if (fed.Length == 0)
                {
                    fed = await ChildServer.GoLiveAsync(cluster, (await cluster.TokensAsync("administrator", 1))[0]);
                    feeding = Task.Run(async () =>
                    {
                        for (; !Volatile.Read(ref enough); records++, await Task.Delay(50))
                            await _kafka.ProduceAsync(topic, fed, KafkaDoorTests.Comment("ada", $"{records}", $"k{records}"));
                    });
                }
                output.WriteLine(faults.Peek().Method.Name);
                await faults.Dequeue()(cluster);
            }, output);
        }
        finally
        {
            Volatile.Write(ref enough, true);
            await feeding;
        }

        // What came from Kafka is stored once, published once, and counted once; so is what the clients wrote.
        using var administrator = cluster.Client((await cluster.TokensAsync("administrator", 1))[0]);
        foreach (var live in (await administrator.PrepareAsync("GET", "/events")).EnumerateArray().Select(one => one.Text("eventID")!).ToList())
        {
            IReadOnlyList<JsonElement> all = [];
            await Http.EventuallyAsync(async () => (all = await KafkaCrashTests.AllAsync(administrator, live)).Count > 0 && (live != fed || all.Count == records), $"everything is stored of {live}");
            if (live == fed)
                Assert.Equal(Enumerable.Range(0, records).Select(i => $"{i}"), all.Select(comment => comment.Text("commentText")));
            await Http.EventuallyAsync(async () =>
            {
                var totals = (await administrator.PrepareAsync("GET", $"/live/{live}/stats")).GetProperty("totals");
                return totals.Number("comments") - totals.Number("removed") == all.Count;
            }, $"everything is counted of {live}");
            await Http.EventuallyAsync(() =>
            {
                var told = new PublishedLog(_kafka.Read(published), live);
                var removed = told.Entries.Where(entry => entry.Text("type") == "removed").Select(entry => entry.Text("commentID")).ToHashSet();
                return Task.FromResult(told.Comments.Where(comment => !removed.Contains(comment.Text("commentID"))).Select(comment => comment.Text("commentID")).SequenceEqual(all.Select(comment => comment.Text("commentID"))));
            }, $"everything is published of {live}");
        }
        Assert.Empty(_kafka.Read(dead));
    }

    private async Task KillNodeOfCassandraAsync(ChildCluster cluster)
    {
        await _cassandra.Nodes[1].KillAsync();
        await Task.Delay(Takeover);
        await _cassandra.Nodes[1].StartAsync();
    }

    private async Task FreezeNodeOfCassandraAsync(ChildCluster cluster)
    {
        await _cassandra.Nodes[2].FreezeAsync();
        await Task.Delay(Takeover);
        await _cassandra.Nodes[2].ThawAsync();
    }

    private static async Task KillOwnerAsync(ChildCluster cluster)
    {
        var node = await cluster.OwnerAsync();
        await cluster.WithoutAsync(node, async () =>
        {
            await node.KillAsync();
            await Task.Delay(Takeover);
            await node.StartAsync();
        });
    }

    /// <summary>Afterwards it believes to own its events still.</summary>
    private static async Task FreezeOwnerAsync(ChildCluster cluster)
    {
        var node = await cluster.OwnerAsync();
        await cluster.WithoutAsync(node, async () =>
        {
            node.Freeze();
            await Task.Delay(TimeSpan.FromSeconds(30));
            node.Thaw();
            for (var waited = 0; waited < 300 && !node.HasEnded; waited++)
                await Task.Delay(100);
            if (node.HasEnded)
                await node.RestartAsync();
        });
    }

    private async Task KillDatabaseAsync(ChildCluster cluster)
    {
        await _postgreSql.AbortAsync();
        await Task.Delay(200);
        await _postgreSql.StartAsync();
    }

    private async Task KillRedisAsync(ChildCluster cluster)
    {
        await _redis.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(3));
        await _redis.StartAsync();
    }

    private async Task KillBrokerAsync(ChildCluster cluster)
    {
        await _kafka.KillAsync();
        await _kafka.StartAsync();
    }
}
