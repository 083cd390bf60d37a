using LiveComments.Accounts;
using LiveComments.Feeds;
using LiveComments.Load.Measure;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.PostgreSql;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Cluster;

/// <summary>Nodes that are watched unevenly, as after one of them was started again.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class EvenOutTests(PostgreSqlServer postgreSql)
{
    private const int Viewers = 120;

    [Fact]
    public async Task Viewers_move_to_a_node_that_has_none_until_both_are_nearly_even_and_miss_nothing()
    {
        string[] store = [.. await postgreSql.StoreSettingsAsync()];
        await using var crowded = await StartAsync(store);
        var live = await crowded.GoLiveAsync();
        var (empty, last) = (new TaskCompletionSource<TestServer>(), new TaskCompletionSource<long>());
        var watching = Task.WhenAll(Enumerable.Range(0, Viewers).Select(_ => WatchAsync()));
        await Http.EventuallyAsync(() => Task.FromResult(ViewersOf(crowded) == Viewers), "all watch on the first node");

        await using var started = await StartAsync(store);
        empty.SetResult(started);
        var seq = await PostUntilAsync(() => ViewersOf(crowded) <= 80 && ViewersOf(crowded) + ViewersOf(started) == Viewers);
        last.SetResult(seq);
        await PostUntilAsync(() => watching.IsCompleted);
        var moves = (await watching).Sum();
        // On the average node there are 60, and it ends with 20 more.
        Assert.InRange(moves, Viewers - 80, Viewers - 60);
        var (one, other) = (await CountsAsync(crowded), await CountsAsync(started));
        Assert.Equal(moves, one["livecomments_viewers_sent_away_total{}"]);
        Assert.Equal(0, other["livecomments_viewers_sent_away_total{}"]);
        // What the nodes said to each other is counted, and what the second one read to open the feed.
        Assert.True(one["""livecomments_nodes_messages_total{kind="announce"}"""] + other["""livecomments_nodes_messages_total{kind="announce"}"""] > 0);
        Assert.True(other["""livecomments_nodes_sent_bytes_total{kind="viewers"}"""] > 0);
        Assert.Equal(3, other["""livecomments_feed_reads_total{reason="open"}"""]);

        // Goes where a balancer sends it: to the only node, and later to the one with fewer viewers. Returns how often it was asked to.
        async Task<int> WatchAsync()
        {
            var (node, asked, position, to) = (crowded, 0, "start", 0L);
            while (true)
            {
                await using var stream = await StreamClient.WebSocketAsync(node, live, $"?sample=off&after={position}");
                for (var isAsked = false; !isAsked;)
                {
                    var message = await stream.NextAsync() ?? throw new InvalidOperationException($"A stream ended without a word: {stream.CloseStatus} {stream.CloseReason}");
                    switch (message.Text("type"))
                    {
                        case "hello":
                            position = message.Text("position")!;
                            break;
                        case "batch":
                            Assert.Equal(to + 1, message.GetProperty("from").GetInt64());
                            to = message.GetProperty("to").GetInt64();
                            position = $"{position.Split(':')[0]}:{to}";
                            if (last.Task.IsCompleted && to >= await last.Task)
                                return asked;
                            break;
                        case "bye":
                            Assert.InRange(message.GetProperty("reconnectAfterMs").GetInt64(), 0, 1_000);
                            isAsked = true;
                            break;
                        default:
                            break;
                    }
                }
                await stream.EndedAsync();
                Assert.Equal(1001, (int?)stream.CloseStatus);
                asked++;
                node = await empty.Task;
            }
        }

        // Returns the seq of the last comment.
        async Task<long> PostUntilAsync(Func<bool> isOver)
        {
            using var author = crowded.As(Role.Viewer);
            var posted = 0L;
            await Http.EventuallyAsync(async () =>
            {
                using var answer = await Http.UntilTakenAsync(() => author.SendCommentAsync(live, $"{Guid.NewGuid()}"));
                posted = long.Parse((await answer.JsonAsync(System.Net.HttpStatusCode.Created)).Text("position")!.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
                return isOver();
            }, "it is over");
            return posted;
        }
    }

    [Fact]
    public async Task Nobody_is_sent_anywhere_while_another_node_is_about_to_stop()
    {
        string[] store = [.. await postgreSql.StoreSettingsAsync()];
        await using var one = await StartAsync(store);
        await using var other = await StartAsync([.. store, "--LiveComments:Stream:DrainAfter=00:00:10"]);
        var feeds = one.Services.GetRequiredService<EventFeeds>();
        await Http.EventuallyAsync(() => Task.FromResult(feeds.OtherNodes is [0]), "the other node is known");
        var stopping = other.StopAsync();
        await Http.EventuallyAsync(() => Task.FromResult(feeds.OtherNodes is null), "it is known that the other node is about to stop");
        Assert.All(one.Services.GetRequiredService<ICluster>().Membership.Members, member => Assert.Equal("up", member.Status));
        await stopping;
        await Http.EventuallyAsync(() => Task.FromResult(feeds.OtherNodes is []), "it is alone");
        await other.StartAgainAsync();
        await Http.EventuallyAsync(() => Task.FromResult(feeds.OtherNodes is [0]), "the other node is back");
    }

    private static Task<TestServer> StartAsync(string[] store) => TestServer.StartAsync(null, [.. store, "--LiveComments:Cluster:Port=0"]);

    private static async Task<IReadOnlyDictionary<string, double>> CountsAsync(TestServer node) => ServerMetrics.Read(await node.Anonymous.GetStringAsync("/metrics"));

    private static int ViewersOf(TestServer node) => node.Services.GetRequiredService<EventFeeds>().AllViewers;
}
