using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Cassandra;

/// <summary>The product with comments and reactions in Cassandra, and everything else in SQLite.</summary>
[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CassandraEndToEndTests(CassandraServer cassandra) : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_event_is_written_watched_counted_replayed_and_forgotten()
    {
        var registered = await _server.RegisterAsync("zoe_gone");
        var token = (await (await _server.LogInAsync("zoe_gone")).JsonAsync()).Text("token")!;
        Assert.True(UserId.TryParse(registered.Text("userID"), out var zoeId));
        using var zoe = _server.Client(token);
        using var friend = _server.As(Role.Viewer);
        using var administrator = _server.As(Role.Administrator);
        var live = await _server.GoLiveAsync();
        await using var viewer = await StreamClient.WebSocketAsync(_server, live);
        var hello = await viewer.NextAsync("hello");

        var first = (await friend.CommentAsync(live, "hello @zoe_gone", "key")).Text("commentID")!;
        Assert.Equal(first, (await friend.CommentAsync(live, "hello @zoe_gone", "key")).Text("commentID"));
        var reply = (await zoe.CommentAsync(live, "zoesecret reply", replyTo: first)).Text("commentID")!;
        var removed = (await zoe.CommentAsync(live, "zoesecret removed")).Text("commentID")!;
        for (var i = 0; i < 10; i++)
            await friend.CommentAsync(live, $"comment {i}");
        await zoe.CallAsync("POST", $"/live/{live}/comments/{first}/reactions", """{"reactionType":"love"}""");
        await friend.CallAsync("POST", $"/live/{live}/comments/{removed}/reports", """{"reason":"zoesecret report"}""");
        using (var deleted = await zoe.SendAsync("DELETE", $"/live/{live}/comments/{removed}"))
            Assert.True(deleted.IsSuccessStatusCode);

        // What everybody sees.
        string[] texts = ["hello @zoe_gone", "zoesecret reply", .. Enumerable.Range(0, 10).Select(i => $"comment {i}")];
        Assert.Equal(texts, (await _server.Anonymous.CommentsAsync(live)).Select(comment => comment.Text("commentText")));
        var pages = new List<string?>();
        for (var next = $"/live/{live}/comments?after=start&limit=5"; next is not null;)
        {
            using var page = await _server.Anonymous.GetAsync(next);
            pages.AddRange((await page.JsonAsync()).EnumerateArray().Select(comment => comment.Text("commentText")));
            next = pages.Count < texts.Length ? page.Link("next") : null;
        }
        Assert.Equal(texts, pages);
        Assert.Equal([reply], (await _server.Anonymous.CommentsAsync(live, $"?parent={first}")).Select(comment => comment.Text("commentID")));
        Assert.Equal(first, (await _server.Anonymous.CommentsAsync(live, "?sort=popular"))[0].Text("commentID"));
        Assert.Equal([reply], (await zoe.CallAsync("GET", "/me/comments")).EnumerateArray().Select(found => found.GetProperty("comment").Text("commentID")));
        Assert.Equal([first], (await zoe.CallAsync("GET", "/me/mentions")).EnumerateArray().Select(found => found.GetProperty("comment").Text("commentID")));

        // Who resumes is told of the rest, once and in order.
        await using var resumed = await StreamClient.WebSocketAsync(_server, live, $"?after={hello.Text("position")}&sample=off");
        var seen = "";
        while (!seen.Contains("comment 9", StringComparison.Ordinal) || !seen.Contains("\"removed\"", StringComparison.Ordinal))
            seen += (await resumed.NextAsync("batch")).GetRawText();
        Assert.DoesNotContain("zoesecret removed", seen, StringComparison.Ordinal);

        // The followers find it.
        await Http.EventuallyAsync(async () => (await administrator.CallAsync("GET", $"/live/{live}/stats")).GetProperty("totals") is var totals
            && totals.Number("comments") == 13 && totals.Number("removed") == 1 && totals.Number("reactions") == 1, "everything is counted");

        await administrator.CallAsync("POST", $"/events/{live}/end");
        var index = await _server.Anonymous.CallAsync("GET", $"/live/{live}/replay");
        Assert.Equal(12, index.GetProperty("activity").GetProperty("entries").EnumerateArray().Sum(count => count.GetInt64()));
        Assert.Equal(texts.Length, (await _server.Anonymous.CallAsync("GET", $"/live/{live}/replay/0")).GetRawText().Split("\"commentText\"").Length - 1);

        // What she left is handed out, and then it is gone from both stores.
        var export = (await zoe.CallAsync("GET", "/me/export")).GetRawText();
        Assert.All(["zoesecret reply", "zoesecret removed", first], text => Assert.Contains(text, export, StringComparison.Ordinal));
        await zoe.CallAsync("DELETE", "/me", JsonSerializer.Serialize(new { password = AccountClient.Password }), HttpStatusCode.Accepted);
        var data = _server.Services.GetRequiredService<IPersonalData>();
        await Http.EventuallyAsync(async () => (await data.DueAsync(DateTimeOffset.MaxValue, 10, default)).Count == 0, "the erasure is finished");
        var log = _server.Services.GetRequiredService<IPersonalLogData>();
        Assert.Empty((await log.RemovedCommentsAsync(zoeId, default, default)).Found);
        Assert.Empty((await log.ReactionsAsync(zoeId, default, default)).Found);
        Assert.Empty(await data.ReportsAsync(zoeId, null, 10, default));
        Assert.Empty(await _server.Services.GetRequiredService<IModerationStore>().ReportedAsync(Parse(live), 10, default));
        var left = await _server.Anonymous.CommentsAsync(live);
        Assert.Equal(texts.Where(text => text != "zoesecret reply"), left.Select(comment => comment.Text("commentText")));
        Assert.False(left[0].TryGetProperty("mentions", out _));
        Assert.Empty(left[0].GetProperty("reactions").EnumerateObject());
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_told_to_authors_and_operators_and_costs_nothing_else()
    {
        await using var server = await StartAsync("--LiveComments:Cassandra:Timeout=00:00:01");
        var live = await server.GoLiveAsync();
        using var author = server.As(Role.Viewer);
        await author.CommentAsync(live, "before");
        await cassandra.FreezeAsync();
        try
        {
            using var refused = await author.SendCommentAsync(live, "while it hangs", "key");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            using var ready = await server.Anonymous.GetAsync("/healthz/ready");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            using var administrator = server.As(Role.Administrator);
            Assert.Contains("Cassandra does not answer", (await administrator.CallAsync("GET", "/warnings")).GetRawText(), StringComparison.Ordinal);
            // Accounts and events are elsewhere.
            await author.CallAsync("GET", "/me");
            await administrator.CallAsync("GET", "/events");
        }
        finally
        {
            await cassandra.ThawAsync();
        }
        await author.CommentAsync(live, "while it hangs", "key");
        Assert.Equal(["before", "while it hangs"], (await server.Anonymous.CommentsAsync(live)).Select(comment => comment.Text("commentText")));
        await Http.EventuallyAsync(async () => (await server.Anonymous.GetStringAsync("/healthz/ready")) == "ready\n", "it is well again");
    }

    /// <summary>Its first call has the tables created.</summary>
    private async Task<TestServer> StartAsync(params string[] settings)
    {
        var server = await TestServer.StartAsync(null, [.. cassandra.Settings(), .. settings]);
        await Http.EventuallyAsync(async () => (await server.Anonymous.GetAsync("/healthz/ready")).StatusCode == HttpStatusCode.OK, "it is ready");
        return server;
    }

    private static EventId Parse(string id) => EventId.TryParse(id, out var parsed) ? parsed : throw new FormatException(id);
}
