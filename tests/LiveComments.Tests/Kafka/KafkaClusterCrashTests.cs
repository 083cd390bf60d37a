using LiveComments.Tests.Cluster;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.EndToEnd.Crash;
using LiveComments.Tests.PostgreSql;
using Xunit.Abstractions;

namespace LiveComments.Tests.Kafka;

/// <summary>Three nodes that share a topic's partitions, while records come and now a node and now the broker is killed or frozen.</summary>
[Collection(KafkaCollection.Name), RequiresKafka, RequiresPostgreSql]
public sealed class KafkaClusterCrashTests(KafkaBroker broker, PostgreSqlServer postgreSql, ITestOutputHelper output) : IClassFixture<PostgreSqlServer>
{
    private const int Partitions = 6, EachRound = 5;

    /// <summary>Long enough for a dead node's partitions and events to be with the others (<c>session.timeout.ms</c> is ten seconds).</summary>
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Each_key_is_stored_once_and_published_in_order_whatever_is_killed_or_frozen()
    {
        // No offset is committed before a node gives its partitions back, so that one that is killed dies between the store's commit and that of the offsets.
        var (topic, dead, published) = (await broker.CreateTopicAsync(Partitions), await broker.CreateTopicAsync(), await broker.CreateTopicAsync(Partitions));
        await using var cluster = new ChildCluster(3,
        [
            .. await postgreSql.StoreSettingsAsync(), $"--LiveComments:Kafka:Servers={broker.Servers}", $"--LiveComments:Kafka:Group={broker.NewName()}", $"--LiveComments:Kafka:DeadLetters={dead}",
            $"--LiveComments:Kafka:Out={published}", $"--LiveComments:Kafka:In:0:Topic={topic}", "--LiveComments:Kafka:In:0:Issuer=chat", "--LiveComments:Kafka:Client:auto.commit.interval.ms=3600000",
        ]);
        await cluster.StartAsync();
        var administrator = (await cluster.TokensAsync("administrator", 1))[0];
        var lives = new List<string>();
        while (lives.Count < Partitions)
            lives.Add(await ChildServer.GoLiveAsync(cluster, administrator));

        var rounds = 0;
        using var enough = new CancellationTokenSource();
        var producing = Task.Run(async () =>
        {
            for (; !enough.IsCancellationRequested; rounds++, await Task.Delay(100))
                await Task.WhenAll(lives.Select(live => broker.ProduceAsync(topic, live, Enumerable.Range(rounds * EachRound, EachRound).Select(i => KafkaDoorTests.Comment("ada", $"{i}", $"k{i}")))));
        });
        using var client = cluster.Client(administrator);
        await CatchUpAsync(client, lives[0], 100);
        foreach (var fault in ClusterRun.IsLong ? [KillNodeAsync, FreezeNodeAsync, KillBrokerAsync, FreezeBrokerAsync, StopNodesAsync, KillNodeAsync, KillBrokerAsync] : new[] { KillNodeAsync })
        {
            output.WriteLine($"{fault.Method.Name} after {rounds * EachRound} records for each event");
            await fault(cluster);
            await CatchUpAsync(client, lives[0], rounds * EachRound);
        }
        await enough.CancelAsync();
        await producing;

        var expected = Enumerable.Range(0, rounds * EachRound).Select(i => $"{i}").ToList();
        foreach (var live in lives)
        {
            Assert.Equal(expected, await CatchUpAsync(client, live, expected.Count));
            await Http.EventuallyAsync(() => Task.FromResult(new PublishedLog(broker.Read(published), live).Texts.SequenceEqual(expected)), "everything is published");
        }
        Assert.Empty(broker.Read(dead));
    }

    private static Task KillNodeAsync(ChildCluster cluster)
    {
        // The oldest, which publishes.
        var node = cluster.Nodes[0];
        return cluster.WithoutAsync(node, async () =>
        {
            await node.KillAsync();
            await Task.Delay(Takeover);
            await node.StartAsync();
        });
    }

    /// <summary>Afterwards it believes to have its partitions and events still.</summary>
    private static async Task FreezeNodeAsync(ChildCluster cluster)
    {
        var node = cluster.Nodes[1];
        await cluster.WithoutAsync(node, async () =>
        {
            node.Freeze();
            await Task.Delay(Takeover);
            node.Thaw();
            for (var waited = 0; waited < 300 && !node.HasEnded; waited++)
                await Task.Delay(100);
        });
    }

    private async Task KillBrokerAsync(ChildCluster cluster)
    {
        await broker.KillAsync();
        await broker.StartAsync();
    }

    private async Task FreezeBrokerAsync(ChildCluster cluster)
    {
        await broker.FreezeAsync();
        await Task.Delay(Takeover);
        await broker.ThawAsync();
    }

    private static async Task StopNodesAsync(ChildCluster cluster)
    {
        foreach (var node in cluster.Nodes)
            await cluster.WithoutAsync(node, async () =>
            {
                await node.StopAsync();
                await node.StartAsync();
            });
    }

    /// <summary>Waits until at least so many comments of an event are placed.</summary>
    private static async Task<IReadOnlyList<string>> CatchUpAsync(HttpClient client, string live, int comments)
    {
        IReadOnlyList<string> texts = [];
        for (var patience = 0; patience < 120 && texts.Count < comments; patience++, await Task.Delay(1_000))
            try
            {
                texts = [.. (await KafkaCrashTests.AllAsync(client, live)).Select(comment => comment.Text("commentText")!)];
            }
            catch (HttpRequestException)
            {
                // The node that was asked ended meanwhile: one that was frozen finds out that the others have gone on.
            }
        return texts;
    }
}
