using LiveComments.Kafka.In;
using LiveComments.Log;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.PostgreSql;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Kafka;

/// <summary>Several nodes that share a topic's partitions.</summary>
[Collection(KafkaCollection.Name), RequiresKafka, RequiresPostgreSql]
public sealed class KafkaNodesTests(KafkaBroker broker, PostgreSqlServer postgreSql) : IClassFixture<PostgreSqlServer>
{
    private const int Partitions = 6, Rounds = 60, EachRound = 15;

    [Fact]
    public async Task Partitions_and_the_duty_to_publish_move_under_load_and_each_key_is_stored_once_and_published_in_order()
    {
        var (topic, dead, published) = (await broker.CreateTopicAsync(Partitions), await broker.CreateTopicAsync(), await broker.CreateTopicAsync(Partitions));
        string[] settings =
        [
            .. await postgreSql.StoreSettingsAsync(), "--LiveComments:Passwords:Iterations=10000", "--LiveComments:Cluster:Port=0", $"--LiveComments:Kafka:Servers={broker.Servers}",
            $"--LiveComments:Kafka:Group={broker.NewName()}", $"--LiveComments:Kafka:DeadLetters={dead}", $"--LiveComments:Kafka:Out={published}", $"--LiveComments:Kafka:In:0:Topic={topic}", "--LiveComments:Kafka:In:0:Issuer=chat",
        ];
        await using var first = await TestServer.StartAsync(null, settings);
        var lives = new List<string>();
        for (var i = 0; i < Partitions; i++)
            lives.Add(await first.GoLiveAsync());
        var producing = Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++, await Task.Delay(100))
                foreach (var live in lives)
                    await broker.ProduceAsync(topic, live, Enumerable.Range(round * EachRound, EachRound).Select(i => KafkaDoorTests.Comment("ada", $"{i}", $"k{i}")));
        });
        await using var second = await TestServer.StartAsync(null, settings);
        await using var edge = await TestServer.StartAsync(null, [.. settings, "--LiveComments:Cluster:Roles:0=edge"]);
        Assert.Null(edge.Services.GetService<Intake>());
        await Http.EventuallyAsync(() => Task.FromResult(Taken(first) == Partitions / 2 && Taken(second) == Partitions / 2), "both take half of the partitions");
        // The first is the oldest, so it is the one that publishes.
        await first.StopAsync();
        await Http.EventuallyAsync(() => Task.FromResult(Taken(second) == Partitions), "the second takes all");
        await producing;

        var expected = Enumerable.Range(0, Rounds * EachRound).Select(i => $"{i}").ToList();
        var log = second.Services.GetRequiredService<IEventLog>();
        foreach (var live in lives)
        {
            List<string> texts = [];
            await Http.EventuallyAsync(async () =>
                (texts = [.. (await log.ReadAsync(new EventId(Guid.Parse(live)), 0, 10_000, default))!.Entries.OfType<CommentEntry>().Select(entry => entry.Comment.Text)]).Count >= expected.Count, "all are stored");
            Assert.Equal(expected, texts);
            await Http.EventuallyAsync(() => Task.FromResult(new PublishedLog(broker.Read(published), live).Texts.SequenceEqual(expected)), "all are published");
        }
        Assert.Empty(broker.Read(dead));
        await first.StartAgainAsync();
    }

    private static int Taken(TestServer node) => node.Services.GetRequiredService<Intake>().Partitions.Count;
}
