using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Client;
using LiveComments.Client.Streams;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Tests.Client;
using Microsoft.Extensions.DependencyInjection;
using CommentEntry = LiveComments.Client.Streams.CommentEntry;
using EventSettings = LiveComments.Events.EventSettings;
using LiveEvent = LiveComments.Events.LiveEvent;

namespace LiveComments.Tests.EndToEnd;

public class StreamTests
{
    /// <summary>The settings of the store that the tests run on.</summary>
    protected virtual Task<string[]> StoreAsync() => Task.FromResult<string[]>([]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_one_viewer_posts_every_viewer_sees(bool sse)
    {
        await using var server = await TestServer.StartAsync(null, await StoreAsync());
        var live = await LiveEventAsync(server);
        await using var viewer = await OpenAsync(server, live, sse);
        var hello = await viewer.NextAsync("hello");
        Assert.Equal(hello.GetProperty("head").GetString(), hello.GetProperty("position").GetString());

        var author = server.As(Role.Viewer);
        var posted = await author.PostAsJsonAsync($"/live/{live}/comments", new { commentText = "Grüße 👋 <b>\t\"all\"" });
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        var answer = await posted.Content.ReadFromJsonAsync<JsonElement>();

        var entry = Assert.Single((await viewer.NextAsync("batch")).GetProperty("entries").EnumerateArray());
        var comment = entry.GetProperty("comment");
        Assert.Equal("Grüße 👋 <b> \"all\"", comment.GetProperty("commentText").GetString());
        foreach (var field in (string[])["commentID", "timestamp", "position"])
            Assert.Equal(answer.GetProperty(field).GetString(), comment.GetProperty(field).GetString());

        var path = $"/live/{live}/comments/{comment.GetProperty("commentID").GetString()}";
        var reacted = await server.As(Role.Viewer).PostAsJsonAsync(path + "/reactions", new { reactionType = "love" });
        Assert.Equal("""{"status":"success","reactionCount":{"loves":1}}""", await reacted.Content.ReadAsStringAsync());
        var counts = (await viewer.NextAsync("reactions")).GetProperty("counts")[0];
        Assert.Equal(1, counts.GetProperty("reactions").GetProperty("loves").GetInt32());

        Assert.Equal(HttpStatusCode.Forbidden, (await server.As(Role.Viewer).DeleteAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await author.DeleteAsync(path)).StatusCode);
        var removed = (await viewer.NextAsync("batch")).GetProperty("entries")[0];
        Assert.Equal("removed", removed.GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_comment_sent_on_the_socket_is_acknowledged_and_a_retry_gives_the_same_comment()
    {
        await using var server = await TestServer.StartAsync(null, await StoreAsync());
        var live = await LiveEventAsync(server);
        await using var author = await OpenAsync(server, live, false, token: server.Token());
        await author.SendAsync(new { type = "comment", id = "k1", commentText = "once" });
        await author.SendAsync(new { type = "comment", id = "k1", commentText = "once" });
        await author.SendAsync(new { type = "comment", id = "k1", commentText = "another" });
        await author.SendAsync(new { type = "ping" });
        // The pong overtakes them or not.
        var answers = new List<JsonElement>();
        while (answers.Count < 4)
            if ((await author.NextAsync() ?? throw new InvalidOperationException("The stream ended.")) is var next && next.GetProperty("type").GetString() is "pong" or "ack" or "error")
                answers.Add(next);
        Assert.Single(Of("pong"));
        var first = Of("ack")[0];
        Assert.Equal([first.GetRawText(), first.GetRawText()], Of("ack").Select(ack => ack.GetRawText()));
        Assert.Equal("idempotency-key-reused", Assert.Single(Of("error")).GetProperty("code").GetString());

        await author.SendAsync(new { type = "reaction", id = "r1", commentID = first.GetProperty("commentID").GetString(), reactionType = "wow" });
        Assert.Equal("r1", Assert.Single((await author.NextAsync("acks")).GetProperty("ids").EnumerateArray()).GetString());

        List<JsonElement> Of(string type) => [.. answers.Where(answer => answer.GetProperty("type").GetString() == type)];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_comes_back_learns_the_counts_that_changed_meanwhile(bool sse)
    {
        await using var server = await TestServer.StartAsync(null, await StoreAsync());
        var live = await LiveEventAsync(server);
        var token = server.Token();
        using var client = new LiveCommentsClient(new LiveCommentsClientOptions { Server = server.BaseAddress, Handler = server.Handler(), Token = _ => new ValueTask<string?>(token) });
        await using var stays = new Watching(client.WatchAsync(live, new WatchOptions { WebSocket = !sse }));
        await stays.NextAsync<HelloMessage>();
        var comment = await client.PostAsync(live, "hello");
        await client.ReactAsync(live, comment.Id, Reaction.Like);
        await stays.NextAsync<ReactionsMessage>();

        await using var returns = new Watching(client.WatchAsync(live, new WatchOptions { After = comment.Position, WebSocket = !sse }));
        var counts = (await returns.NextAsync<ReactionsMessage>()).Counts[0];
        Assert.Equal(comment.Id, counts.CommentId);
        Assert.Equal(1, counts.Reactions["likes"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_viewer_resumes_at_every_position_while_a_burst_runs(bool sse)
    {
        await using var server = await TestServer.StartAsync(null, await StoreAsync());
        var live = await LiveEventAsync(server);
        await using var author = await OpenAsync(server, live, false, token: server.Token());
        var epoch = (await author.NextAsync("hello")).GetProperty("position").GetString()!.Split(':')[0];
        const int Comments = 600;
        var burst = Task.Run(async () =>
        {
            for (var i = 0; i < Comments; i++)
                do
                    await author.SendAsync(new { type = "comment", id = "k" + i, commentText = "comment " + i });
                while (!await IsAcknowledgedAsync(author));
        });
        using var client = new LiveCommentsClient(new LiveCommentsClientOptions { Server = server.BaseAddress, Handler = server.Handler() });
        for (var seq = 0; seq < 400; seq += 25)
        {
            var from = LogPosition.Parse($"{epoch}:{seq}");
            await using var viewer = new Watching(client.WatchAsync(live, new WatchOptions { After = from, Everything = true, WebSocket = !sse }));
            Assert.Equal(from, (await viewer.NextAsync<HelloMessage>()).Position);
            var entries = await viewer.EntriesToAsync(Comments + 2, seq);
            Assert.Equal(Comments - Math.Max(0, seq - 2), entries.OfType<CommentEntry>().Count());
        }
        await burst;
    }

    /// <summary>False when the server asks for a retry.</summary>
    private static async Task<bool> IsAcknowledgedAsync(StreamClient author)
    {
        while (true)
            switch ((await author.NextAsync())?.GetProperty("type").GetString())
            {
                case "ack":
                    return true;
                case "error" or null:
                    return false;
            }
    }

    private static Task<StreamClient> OpenAsync(TestServer server, string live, bool sse, string query = "", string? token = null) =>
        sse ? StreamClient.EventStreamAsync(server, live, query, token) : StreamClient.WebSocketAsync(server, live, query, token);

    /// <summary>An event that is live: its log holds two entries, scheduled and live.</summary>
    private static async Task<string> LiveEventAsync(TestServer server)
    {
        var time = DateTimeOffset.UtcNow;
        var live = new LiveEvent(new EventId(Guid.NewGuid()), null, "Test", null, "sports", EventStatus.Live, time, false, null, "UTC", EventSettings.Default, new UserId(Guid.NewGuid()), time, time);
        await server.Services.GetRequiredService<IEventCatalog>().AddAsync(live, default);
        var engine = server.Services.GetRequiredService<IEngine>();
        await engine.PlaceAsync(live.Id, new StatusDraft(EventStatus.Scheduled), default);
        await engine.PlaceAsync(live.Id, new StatusDraft(EventStatus.Live), default);
        return live.Id.ToString();
    }
}
