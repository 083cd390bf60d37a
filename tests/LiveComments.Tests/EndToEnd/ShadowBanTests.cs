using System.Net;
using System.Text.Json;
using LiveComments.Accounts;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Somebody who is shadow-banned sees what they write like anybody else, and nobody else sees it on any path.</summary>
public sealed class ShadowBanTests : IAsyncLifetime
{
    private readonly UserId _moderator = new(Guid.NewGuid()), _bob = new(Guid.NewGuid());

    private TestServer _server = null!;
    private UserId _ann;
    private string _live = "", _annsToken = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _live = await _server.GoLiveAsync();
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("PUT", $"/events/{_live}/participants/{_moderator}", """{"role":"moderator"}""");
        var ann = await _server.RegisterAsync("ann");
        (_ann, _annsToken) = (new UserId(Guid.Parse(ann.Text("userID")!)), ann.Text("token")!);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Their_comments_are_shown_to_themselves_on_every_path_and_to_nobody_else()
    {
        var root = await Bob.CommentAsync(_live, "before");
        await DecideAsync("shadow-ban");
        await using var tab = await StreamClient.WebSocketAsync(_server, _live, token: _annsToken);
        await using var events = await StreamClient.EventStreamAsync(_server, _live, token: _annsToken);
        await using var watching = await StreamClient.WebSocketAsync(_server, _live, "?sample=off", _server.Token(user: _bob));
        await tab.NextAsync("hello");
        await events.NextAsync("hello");
        await watching.NextAsync("hello");

        var first = await Ann.CommentAsync(_live, "secret one @bob", "k");
        Assert.Equal(root.Text("position"), first.Text("position"));
        Assert.Equal("success", first.Text("status"));
        Assert.Equal(first.Text("commentID"), (await Ann.CommentAsync(_live, "secret one @bob", "k")).Text("commentID"));
        await using (var posting = await StreamClient.WebSocketAsync(_server, _live, token: _annsToken))
        {
            await posting.SendAsync(new { type = "comment", id = "s1", commentText = "secret two" });
            Assert.Equal("success", (await posting.NextAsync("ack")).Text("status"));
        }
        var reply = await Ann.CommentAsync(_live, "secret reply", replyTo: first.Text("commentID"));
        var after = await Bob.CommentAsync(_live, "after");

        // Her streams, open and resumed.
        foreach (var stream in (StreamClient[])[tab, events])
            Assert.Equal(["secret one @bob", "secret two", "secret reply"], await OwnAsync(stream, 3));
        await using (var resumed = await StreamClient.WebSocketAsync(_server, _live, $"?after={root.Text("position")}", _annsToken))
            Assert.Equal(["secret one @bob", "secret two", "secret reply"], await OwnAsync(resumed, 3));
        // Everybody else's have the next comment at the next place.
        Assert.Equal(["after"], (await watching.EntriesToAsync(Seq(after), Seq(root))).Select(entry => entry.GetProperty("comment").Text("commentText")));
        Assert.Equal(Seq(root) + 1, Seq(after));

        foreach (var restarted in (bool[])[false, true])
        {
            if (restarted)
                await _server.RestartAsync();
            Assert.Equal(["before", "secret one @bob", "secret two", "secret reply", "after"], await TextsAsync(Ann, ""));
            Assert.Equal(["after"], await TextsAsync(Ann, $"?after={root.Text("position")}"));
            Assert.Equal(["secret reply"], await TextsAsync(Ann, $"?parent={first.Text("commentID")}"));
            Assert.Equal("secret one @bob", (await Ann.CallAsync("GET", $"/live/{_live}/comments/{first.Text("commentID")}")).Text("commentText"));
            Assert.Equal(["secret reply", "secret two", "secret one @bob"], (await Ann.CallAsync("GET", "/me/comments")).EnumerateArray().Select(one => one.GetProperty("comment").Text("commentText")));
            Assert.Equal(["before", "secret one @bob", "secret two", "secret reply", "after"], await ReplayedAsync(Ann));
            foreach (var reader in (HttpClient[])[Bob, Moderator, _server.Anonymous])
            {
                Assert.Equal(["before", "after"], await ReplayedAsync(reader));
                foreach (var query in (string[])["", "?after=start", "?sort=popular", "?since=2020-01-01T00:00:00Z"])
                    Assert.DoesNotContain("secret", string.Concat(await TextsAsync(reader, query)), StringComparison.Ordinal);
                await reader.RefusedAsync(Error.CommentNotFound, "GET", $"/live/{_live}/comments/{first.Text("commentID")}");
                Assert.Empty(await TextsAsync(reader, $"?parent={first.Text("commentID")}"));
            }
        }
        using (var replayed = await Ann.SendAsync("GET", $"/live/{_live}/replay/0"))
            Assert.True(replayed.Headers.CacheControl!.Private);
        Assert.Empty((await Bob.CallAsync("GET", "/me/mentions")).EnumerateArray());
        Assert.Empty((await Ann.CallAsync("GET", "/me/notices")).EnumerateArray());
        await Bob.RefusedAsync(Error.ParentNotFound, "POST", $"/live/{_live}/comments", JsonSerializer.Serialize(new { commentText = "found you", replyToCommentID = first.Text("commentID") }));
        await Bob.RefusedAsync(Error.CommentNotFound, "POST", $"/live/{_live}/comments/{reply.Text("commentID")}/reactions", """{"reactionType":"like"}""");
    }

    [Fact]
    public async Task Their_reactions_are_answered_and_not_counted()
    {
        var comment = (await Bob.CommentAsync(_live, "like me")).Text("commentID");
        await DecideAsync("shadow-ban");
        var answer = await Ann.CallAsync("POST", $"/live/{_live}/comments/{comment}/reactions", """{"reactionType":"like"}""");
        Assert.Equal(1, answer.GetProperty("reactionCount").GetProperty("likes").GetInt32());
        var own = (await Ann.CommentAsync(_live, "mine")).Text("commentID");
        Assert.Equal(1, (await Ann.CallAsync("POST", $"/live/{_live}/comments/{own}/reactions", """{"reactionType":"wow"}""")).GetProperty("reactionCount").GetProperty("wows").GetInt32());
        await Ann.RefusedAsync(Error.CommentNotFound, "POST", $"/live/{_live}/comments/{Guid.NewGuid()}/reactions", """{"reactionType":"wow"}""");
        Assert.Equal(0, (await Bob.CallAsync("GET", $"/live/{_live}/comments/{comment}")).GetProperty("reactions").EnumerateObject().Sum(one => one.Value.GetInt32()));
        await DecideAsync("lift");
        await Ann.CallAsync("POST", $"/live/{_live}/comments/{comment}/reactions", """{"reactionType":"like"}""");
        Assert.Equal(1, (await Bob.CallAsync("GET", $"/live/{_live}/comments/{comment}")).GetProperty("reactions").GetProperty("likes").GetInt32());
    }

    [Fact]
    public async Task When_it_ends_what_follows_is_seen_and_what_was_written_stays_hidden()
    {
        var decision = await DecideAsync("shadow-ban");
        var hidden = (await Ann.CommentAsync(_live, "hidden")).Text("commentID");
        var undone = await Moderator.CallAsync("POST", $"/live/{_live}/moderation/undo", $$"""{"decisionID":"{{decision.Text("decisionID")}}"}""");
        Assert.Equal("done", undone.GetProperty("decisions")[0].Text("status"));
        await Ann.CommentAsync(_live, "shown");
        Assert.Equal(["shown"], await TextsAsync(Bob, ""));
        // An answer to what nobody sees is seen by nobody either.
        await Ann.CommentAsync(_live, "hidden reply", replyTo: hidden);
        Assert.Equal(["shown"], await TextsAsync(Bob, ""));
        Assert.Equal(["hidden", "shown", "hidden reply"], await TextsAsync(Ann, ""));
        await Ann.CallAsync("DELETE", $"/live/{_live}/comments/{hidden}");
        Assert.Equal(["shown", "hidden reply"], await TextsAsync(Ann, ""));
        await Ann.RefusedAsync(Error.CommentNotFound, "GET", $"/live/{_live}/comments/{hidden}");
        Assert.Empty((await Ann.CallAsync("GET", "/me/notices")).EnumerateArray());
        Assert.Equal(["shadow-ban", "lift"], (await Moderator.CallAsync("GET", $"/live/{_live}/moderation/audit")).EnumerateArray().Select(line => line.Text("action")));
    }

    private HttpClient Ann => _server.Client(_annsToken);

    private HttpClient Bob => _server.As(Role.Viewer, _bob);

    private HttpClient Moderator => _server.As(Role.Viewer, _moderator);

    private static long Seq(JsonElement comment) => long.Parse(comment.Text("position")!.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);

    private async Task<IEnumerable<string?>> ReplayedAsync(HttpClient reader) =>
        (await reader.CallAsync("GET", $"/live/{_live}/replay/0")).GetProperty("comments").EnumerateArray().Select(one => one.GetProperty("comment").Text("commentText"));

    private async Task<string[]> TextsAsync(HttpClient reader, string query) =>
        [.. (await reader.CallAsync("GET", $"/live/{_live}/comments{query}")).EnumerateArray().Select(comment => comment.Text("commentText")!)];

    private static async Task<string[]> OwnAsync(StreamClient stream, int count)
    {
        var texts = new string[count];
        for (var i = 0; i < count; i++)
            texts[i] = (await stream.NextAsync("own")).GetProperty("comment").Text("commentText")!;
        return texts;
    }

    private async Task<JsonElement> DecideAsync(string action)
    {
        var answer = (await Moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions", JsonSerializer.Serialize(new { action, userIDs = (string[])[_ann.ToString()] }), HttpStatusCode.OK)).GetProperty("decisions")[0];
        Assert.Equal("done", answer.Text("status"));
        return answer.Clone();
    }
}
