using System.Net.Http.Headers;
using System.Text.Json;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Kafka;

/// <summary>A server that takes from Kafka and publishes to it is killed with SIGKILL in the middle of both, again and again.</summary>
[Collection(KafkaCollection.Name), RequiresKafka]
public sealed class KafkaCrashTests(KafkaBroker broker)
{
    private const int Kills = 3, Events = 3, EachRound = 400;

    /// <param name="commitEvery">
    /// Milliseconds. In an hour no offset is committed before a server is stopped, so that each one that is killed dies between the store's commit and that of the offsets. With very few, an
    /// offset that is committed too soon loses records.
    /// </param>
    [Theory]
    [InlineData(3_600_000)]
    [InlineData(10)]
    public async Task Each_key_is_stored_once_and_published_in_order_whenever_the_server_is_killed(int commitEvery)
    {
        using var folder = new TemporaryFolder();
        var (topic, dead, published) = (await broker.CreateTopicAsync(2), await broker.CreateTopicAsync(), await broker.CreateTopicAsync(2));
        string[] settings =
        [
            $"--LiveComments:Kafka:Servers={broker.Servers}", $"--LiveComments:Kafka:Group={broker.NewName()}", $"--LiveComments:Kafka:DeadLetters={dead}", $"--LiveComments:Kafka:Out={published}",
            $"--LiveComments:Kafka:In:0:Topic={topic}", "--LiveComments:Kafka:In:0:Issuer=chat", $"--LiveComments:Kafka:Client:auto.commit.interval.ms={commitEvery}",
        ];
        var random = new Random(1);
        var lives = new List<string>();
        var server = await ServerProcess.StartAsync(folder.Path, settings);
        try
        {
            var token = (await ServerProcess.RunAsync("token", "--role", "administrator", "--data", folder.Path)).Output.Trim();
            using (var administrator = Client(server, token))
                for (var i = 0; i < Events; i++)
                    lives.Add(await administrator.GoLiveAsync("""{"title":"A","eventType":"news","startTime":"2026-01-31T20:00:00Z"}"""));
            for (var kill = 0; kill < Kills; kill++)
            {
                using (var client = Client(server, null))
                    foreach (var live in lives)
                    {
                        await broker.ProduceAsync(topic, live, Enumerable.Range(kill * EachRound, EachRound).Select(i => KafkaDoorTests.Comment("ada", $"{i}", $"k{i}")));
                        foreach (var comment in (await AllAsync(client, live)).TakeLast(20))
                            await broker.ProduceAsync(topic, live, Reaction($"user-{kill}", comment.Text("commentID")!, "love"));
                    }
                await Task.Delay(random.Next(50, 1_500));
                await server.KillAsync();
                await server.DisposeAsync();
                server = await ServerProcess.StartAsync(folder.Path, settings);
            }
            using var reader = Client(server, token);
            var expected = Enumerable.Range(0, Kills * EachRound).Select(i => $"{i}").ToList();
            foreach (var live in lives)
            {
                IReadOnlyList<JsonElement> all = [];
                for (var patience = 0; patience < 20 && all.Count < expected.Count; patience++, await Task.Delay(1_000))
                    all = await AllAsync(reader, live);
                Assert.Equal(expected, all.Select(comment => comment.Text("commentText")!));
            }
            if (commitEvery > 10)
                Assert.Matches("livecomments_comments_total{[^}]*door=\"kafka\"[^}]*outcome=\"repeated\"[^}]*} [1-9]", await reader.GetStringAsync("/metrics"));
            Assert.Contains(await AllAsync(reader, lives[0]), comment => comment.GetProperty("reactions").GetRawText() != "{}");
            foreach (var live in lives)
                await Http.EventuallyAsync(async () =>
                {
                    var told = new PublishedLog(broker.Read(published), live);
                    return told.Texts.SequenceEqual(expected)
                        && (await AllAsync(reader, live)).All(comment => told.Counts(comment.Text("commentID")!) == comment.GetProperty("reactions").GetRawText());
                }, "everything is published");
            Assert.Empty(broker.Read(dead));
            Assert.Equal(0, await server.StopAsync());
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static string Reaction(string subject, string comment, string type) => JsonSerializer.Serialize(new { type = "reaction", subject, commentID = comment, reactionType = type });

    private static HttpClient Client(ServerProcess server, string? token)
    {
        var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(60) };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>All comments of an event.</summary>
    internal static async Task<IReadOnlyList<JsonElement>> AllAsync(HttpClient client, string live)
    {
        var all = new List<JsonElement>();
        while (true)
        {
            var page = await client.PrepareAsync("GET", $"/live/{live}/comments?limit=500&after={(all.Count == 0 ? "start" : all[^1].Text("position"))}");
            if (page.GetArrayLength() == 0)
                return all;
            all.AddRange(page.EnumerateArray());
        }
    }
}
