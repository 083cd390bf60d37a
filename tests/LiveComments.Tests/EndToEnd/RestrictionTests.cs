using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Moderation;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>What moderators take from people, at every door and on open sockets.</summary>
public sealed class RestrictionTests : IAsyncLifetime
{
    private readonly UserId _moderator = new(Guid.NewGuid()), _ann = new(Guid.NewGuid());

    private TestServer _server = null!;
    private string _live = "", _other = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        (_live, _other) = (await _server.GoLiveAsync(), await _server.GoLiveAsync());
        await Administrator.CallAsync("PUT", $"/events/{_live}/participants/{_moderator}", """{"role":"moderator"}""");
        await Ann.CommentAsync(_live, "hello");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Who_is_banned_writes_and_reacts_by_no_door_until_it_is_lifted()
    {
        var comment = (await Ann.CommentAsync(_live, "mine", "k")).Text("commentID")!;
        await using var socket = await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(user: _ann));
        await socket.NextAsync("hello");
        Assert.Equal("done", (await DecideAsync("ban", reason: "Enough.")).Text("status"));
        var notice = await socket.NextAsync("notice");
        Assert.Equal(("banned", "Enough."), (notice.Text("notice"), notice.Text("reason")));
        // The same code by every door, with a key and without one.
        await RefusedAsync("banned", null);
        using (var plain = await Ann.SendCommentAsync(_live, "again"))
            Assert.Equal((HttpStatusCode)Error.Banned.Status, plain.StatusCode);
        await Ann.RefusedAsync(Error.Banned, "POST", $"/live/{_live}/comments/{comment}/reactions", """{"reactionType":"like"}""");
        await Ann.RefusedAsync(Error.Banned, "POST", $"/live/{_live}/comments/{comment}/reports", """{"reason":"x"}""");
        await socket.SendAsync(new { type = "comment", id = "s1", commentText = "on the socket" });
        Assert.Equal("banned", (await socket.NextAsync("error")).Text("code"));
        await socket.SendAsync(new { type = "reaction", id = "s2", commentID = comment, reactionType = "like" });
        Assert.Equal("banned", (await socket.NextAsync("error")).Text("code"));
        // What was placed before keeps its answer, and its author may take it away.
        Assert.Equal(comment, (await Ann.CommentAsync(_live, "mine", "k")).Text("commentID"));
        await Ann.CallAsync("DELETE", $"/live/{_live}/comments/{comment}");
        await Ann.CommentAsync(_other, "elsewhere");
        await _server.RestartAsync();
        await RefusedAsync("banned", null);
        Assert.Equal("already", (await DecideAsync("ban")).Text("status"));
        Assert.Equal("done", (await DecideAsync("lift")).Text("status"));
        await Ann.CommentAsync(_live, "back");
        Assert.Equal(["lifted", "banned"], (await Ann.CallAsync("GET", "/me/notices")).EnumerateArray().Select(one => one.Text("notice")));
    }

    [Fact]
    public async Task A_timeout_says_when_it_ends_and_is_taken_back_by_undo()
    {
        var timeout = await DecideAsync("timeout", seconds: 600);
        await RefusedAsync("timed-out", 600);
        var undone = (await Moderator.CallAsync("POST", $"/live/{_live}/moderation/undo", $$"""{"decisionID":"{{timeout.Text("decisionID")}}"}""")).GetProperty("decisions")[0];
        Assert.Equal("done", undone.Text("status"));
        await Ann.CommentAsync(_live, "back");
        await DecideAsync("timeout", seconds: 1);
        await Http.EventuallyAsync(async () => (await Ann.SendCommentAsync(_live, "back again")).StatusCode == HttpStatusCode.Created, "the timeout is over");
    }

    [Fact]
    public async Task Who_is_throttled_writes_only_so_often()
    {
        await DecideAsync("throttle", seconds: 600);
        await Ann.CommentAsync(_live, "first", "k");
        await RefusedAsync("throttled", 600);
        await Ann.CommentAsync(_live, "first", "k");
        await Ann.CommentAsync(_other, "elsewhere");
        await _server.As(Role.Viewer).CommentAsync(_live, "somebody else");
        await DecideAsync("lift");
        await Ann.CommentAsync(_live, "second");
    }

    [Fact]
    public async Task Administrators_decide_for_all_events_and_moderators_for_theirs()
    {
        await Moderator.RefusedAsync(Error.Forbidden, "POST", $"/live/{_live}/moderation/decisions", Body("ban", _ann, everywhere: true));
        var ban = (await Administrator.CallAsync("POST", $"/live/{_live}/moderation/decisions", Body("ban", _ann, everywhere: true))).GetProperty("decisions")[0];
        foreach (var live in (string[])[_live, _other])
        {
            using var refused = await Ann.SendCommentAsync(live, "x");
            Assert.Equal((HttpStatusCode)Error.Banned.Status, refused.StatusCode);
        }
        // Lifted in one event, it holds in all.
        Assert.Equal("not-found", (await DecideAsync("lift")).Text("status"));
        Assert.Equal("not-found", (await Moderator.CallAsync("POST", $"/live/{_live}/moderation/undo", $$"""{"decisionID":"{{ban.Text("decisionID")}}"}""")).GetProperty("decisions")[0].Text("status"));
        Assert.Equal("done", (await Administrator.CallAsync("POST", $"/live/{_live}/moderation/undo", $$"""{"decisionID":"{{ban.Text("decisionID")}}"}""")).GetProperty("decisions")[0].Text("status"));
        await Ann.CommentAsync(_live, "back");
    }

    [Fact]
    public async Task Moderators_decide_about_viewers_and_administrators_also_about_moderators()
    {
        await Moderator.CommentAsync(_live, "I moderate");
        var administrator = new UserId(Guid.NewGuid());
        await _server.As(Role.Administrator, administrator).CommentAsync(_live, "I administer");
        Assert.Equal("not-allowed", (await DecideAsync("ban", _moderator)).Text("status"));
        Assert.Equal("not-found", (await DecideAsync("ban", new UserId(Guid.NewGuid()))).Text("status"));
        Assert.Equal("done", (await Administrator.CallAsync("POST", $"/live/{_live}/moderation/decisions", Body("timeout", _moderator, 600))).GetProperty("decisions")[0].Text("status"));
        using var refused = await Moderator.SendCommentAsync(_live, "still there?");
        Assert.Equal((HttpStatusCode)Error.TimedOut.Status, refused.StatusCode);
    }

    [Fact]
    public async Task What_another_node_or_process_decides_holds_here_within_a_second_or_so()
    {
        Assert.True(EventId.TryParse(_live, out var id));
        var store = _server.Services.GetRequiredService<IModerationStore>();
        await store.DecideAsync([new ModeratorDecision(Guid.NewGuid(), id, _moderator, DateTimeOffset.UtcNow, DecisionAction.Ban, null, _ann)], default);
        await Http.EventuallyAsync(async () => (await Ann.SendCommentAsync(_live, $"{Guid.NewGuid()}")).StatusCode == (HttpStatusCode)Error.Banned.Status, "the ban holds");
        await store.DecideAsync([new ModeratorDecision(Guid.NewGuid(), id, _moderator, DateTimeOffset.UtcNow, DecisionAction.Lift, null, _ann)], default);
        await Http.EventuallyAsync(async () => (await Ann.SendCommentAsync(_live, $"{Guid.NewGuid()}")).StatusCode == HttpStatusCode.Created, "the ban is lifted");
    }

    private HttpClient Ann => _server.As(Role.Viewer, _ann);

    private HttpClient Moderator => _server.As(Role.Viewer, _moderator);

    private HttpClient Administrator => _server.As(Role.Administrator);

    private static string Body(string action, UserId user, int? seconds = null, string? reason = null, bool everywhere = false) =>
        JsonSerializer.Serialize(new { action, userIDs = (string[])[user.ToString()], seconds, reason, everywhere });

    private async Task<JsonElement> DecideAsync(string action, UserId? user = null, int? seconds = null, string? reason = null) =>
        (await Moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions", Body(action, user ?? _ann, seconds, reason))).GetProperty("decisions")[0];

    /// <summary>A comment of Ann's is refused, with the time to wait where it ends.</summary>
    private async Task RefusedAsync(string code, int? most)
    {
        using var refused = await Ann.SendCommentAsync(_live, $"{Guid.NewGuid()}", $"{Guid.NewGuid():N}");
        Assert.Equal(code, JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.Text("code"));
        if (most is { } seconds)
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, seconds);
        else
            Assert.Null(refused.Headers.RetryAfter);
    }
}
