using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>A comment that waits for a moderator, from its author's first try to what everybody sees or never sees.</summary>
public abstract class HeldCommentSpec : IAsyncLifetime
{
    private readonly UserId _moderator = new(Guid.NewGuid()), _author = new(Guid.NewGuid());

    private TestServer _server = null!;
    private string _live = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(Configure, await StoreAsync());
        _live = await LiveAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    /// <summary>The settings of the store that the tests run on.</summary>
    protected virtual Task<string[]> StoreAsync() => Task.FromResult<string[]>([]);

    [Fact]
    public async Task Its_author_is_told_by_every_door_and_nobody_else_sees_it()
    {
        await using var viewer = await StreamClient.WebSocketAsync(_server, _live);
        await using var author = await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(user: _author));
        await author.NextAsync("hello");
        var held = await HoldAsync("please hold one", "k1");
        Assert.False(held.TryGetProperty("position", out _));
        await author.SendAsync(new { type = "comment", id = "k2", commentText = "please hold two" });
        var ack = await author.NextAsync("ack");
        Assert.Equal(("k2", "held"), (ack.Text("id"), ack.Text("status")));
        Assert.False(ack.TryGetProperty("position", out _));
        await author.SendAsync(new { type = "comment", id = "k3", commentText = "everybody sees this" });
        Assert.Equal("success", (await author.NextAsync("ack")).Text("status"));
        Assert.Equal(["everybody sees this"], (await viewer.EntriesToAsync(3, after: 2)).Select(entry => entry.GetProperty("comment").Text("commentText")));
        Assert.Equal(["everybody sees this"], (await Author.CommentsAsync(_live)).Select(comment => comment.Text("commentText")));
        var queue = await QueueAsync();
        Assert.Equal(["please hold one", "please hold two"], queue.Select(item => item.GetProperty("comment").Text("commentText")));
        var reason = queue[0].GetProperty("reasons")[0];
        Assert.Equal((held.Text("commentID"), "text", "says hold", 0.5), (queue[0].Text("commentID"), reason.Text("code"), reason.Text("detail"), queue[0].GetProperty("score").GetDouble()));
        Assert.Equal(["held", "held"], (await NoticesAsync()).Select(notice => notice.Text("notice")));
    }

    [Fact]
    public async Task A_retry_gets_the_first_answer_whatever_was_decided_and_however_it_would_be_judged_by_now()
    {
        var held = await HoldAsync("please hold", "k");
        Assert.Equal(held.GetRawText(), (await HoldAsync("please hold", "k")).GetRawText());
        await Administrator.CallAsync("PATCH", $"/events/{_live}", """{"moderationLevel":"off"}""");
        Assert.Equal(held.GetRawText(), (await HoldAsync("please hold", "k")).GetRawText());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Author.SendCommentAsync(_live, "another text", "k")).StatusCode);
        Assert.Single(await QueueAsync());
        await DecideAsync("reject", held.Text("commentID")!);
        Assert.Equal(held.GetRawText(), (await HoldAsync("please hold", "k")).GetRawText());
        await Administrator.CallAsync("POST", $"/events/{_live}/end");
        Assert.Equal(held.GetRawText(), (await HoldAsync("please hold", "k")).GetRawText());
        await _server.RestartAsync();
        Assert.Empty(await Author.CommentsAsync(_live));
    }

    [Fact]
    public async Task It_takes_the_turn_in_slow_mode_and_its_approval_takes_none()
    {
        await using var server = await TestServer.StartAsync(Configure, [.. await StoreAsync(), "--LiveComments:Limits:Enabled=true"]);
        var live = await server.GoLiveAsync("""{"slowModeSeconds":600}""");
        using var author = server.As(Role.Viewer);
        var held = await (await author.SendCommentAsync(live, "please hold", "k")).JsonAsync(HttpStatusCode.Accepted);
        using (var soon = await author.SendCommentAsync(live, "too soon"))
            Assert.Equal((HttpStatusCode)429, soon.StatusCode);
        Assert.Equal(held.GetRawText(), (await (await author.SendCommentAsync(live, "please hold", "k")).JsonAsync(HttpStatusCode.Accepted)).GetRawText());
        using var moderator = server.As(Role.Moderator);
        await moderator.CallAsync("POST", $"/live/{live}/moderation/decisions", Body("approve", held.Text("commentID")!));
        Assert.Single(await author.CommentsAsync(live));
    }

    [Fact]
    public async Task An_approved_comment_keeps_its_id_and_key_and_stands_where_it_was_placed_also_after_the_end()
    {
        var held = await HoldAsync("please hold @nobody", "k");
        await Author.CommentAsync(_live, "before");
        await using var viewer = await StreamClient.WebSocketAsync(_server, _live);
        await using var author = await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(user: _author));
        await author.NextAsync("hello");
        await viewer.NextAsync("hello");
        await Administrator.CallAsync("POST", $"/events/{_live}/end");
        var decided = await DecideAsync("approve", held.Text("commentID")!);
        Assert.Equal("done", decided.Text("status"));
        var entries = await viewer.EntriesToAsync(5, after: 3);
        Assert.Equal(held.Text("commentID"), entries[1].GetProperty("comment").Text("commentID"));
        var notice = await author.NextAsync("notice");
        Assert.Equal(("approved", _live, held.Text("commentID")), (notice.Text("notice"), notice.Text("videoID"), notice.Text("commentID")));
        Assert.Equal("approved", (await NoticesAsync())[0].Text("notice"));
        Assert.Equal(["before", "please hold @nobody"], (await Author.CommentsAsync(_live)).Select(comment => comment.Text("commentText")));
        // A late retry finds it placed.
        using var retried = await Author.SendCommentAsync(_live, "please hold @nobody", "k");
        Assert.Equal((HttpStatusCode.Created, held.Text("commentID")), (retried.StatusCode, (await retried.JsonAsync(HttpStatusCode.Created)).Text("commentID")));
        Assert.Empty(await QueueAsync());
    }

    [Fact]
    public async Task Of_two_moderators_one_decides_and_the_other_hears_who_did()
    {
        var held = await HoldAsync("please hold", "k");
        var others = Enumerable.Range(0, 6).Select(_ => _server.As(Role.Moderator, new UserId(Guid.NewGuid()))).ToArray();
        var answers = (await Task.WhenAll(others.Select((moderator, i) => moderator.CallAsync("POST", Decisions, Body(i % 2 == 0 ? "approve" : "reject", held.Text("commentID")!)))))
            .Select(answer => answer.GetProperty("decisions")[0]).ToArray();
        var done = Assert.Single(answers, answer => answer.Text("status") == "done");
        Assert.All(answers.Where(answer => answer.Text("status") != "done"), answer =>
        {
            Assert.Equal(("already", done.Text("decisionID")), (answer.Text("status"), answer.Text("decisionID")));
            Assert.Equal(JsonValueKind.String, answer.GetProperty("by").GetProperty("userID").ValueKind);
            Assert.Equal(JsonValueKind.String, answer.GetProperty("timestamp").ValueKind);
        });
        var audit = await Moderator.CallAsync("GET", $"/live/{_live}/moderation/audit");
        Assert.Equal(done.Text("decisionID"), Assert.Single(audit.EnumerateArray()).Text("decisionID"));
    }

    [Fact]
    public async Task A_rejected_comment_is_never_shown_and_a_rejection_is_taken_back()
    {
        await using var author = await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(user: _author));
        await author.NextAsync("hello");
        var held = await HoldAsync("please hold", "k");
        var rejected = await DecideAsync("reject", held.Text("commentID")!, "No advertising.");
        var notice = await author.NextAsync("notice");
        Assert.Equal(("rejected", "No advertising."), (notice.Text("notice"), notice.Text("reason")));
        Assert.False(notice.TryGetProperty("by", out _));
        Assert.Empty(await QueueAsync());
        var undone = (await Moderator.CallAsync("POST", $"/live/{_live}/moderation/undo", $$"""{"decisionID":"{{rejected.Text("decisionID")}}"}""")).GetProperty("decisions")[0];
        Assert.Equal(("done", held.Text("commentID")), (undone.Text("status"), undone.Text("target")));
        Assert.Equal("held", (await author.NextAsync("notice")).Text("notice"));
        Assert.Equal(held.Text("commentID"), Assert.Single(await QueueAsync()).Text("commentID"));
        await DecideAsync("approve", held.Text("commentID")!);
        Assert.Single(await Author.CommentsAsync(_live));
    }

    [Fact]
    public async Task Many_are_decided_at_once_and_placed_in_their_order()
    {
        var held = new List<string>();
        for (var i = 0; i < 30; i++)
            held.Add((await HoldAsync($"please hold {i:D2}", $"k{i}")).Text("commentID")!);
        var answer = await Moderator.CallAsync("POST", Decisions, JsonSerializer.Serialize(new { action = "approve", commentIDs = (string[])[.. held, held[3], "x", Guid.NewGuid().ToString()] }));
        Assert.Equal([.. Enumerable.Repeat("done", 30), "not-found", "not-found"], answer.GetProperty("decisions").EnumerateArray().Select(one => one.Text("status")));
        Assert.Equal(held, (await Author.CommentsAsync(_live)).Select(comment => comment.Text("commentID")));
    }

    [Fact]
    public async Task Whatever_a_moderator_deletes_is_written_down_and_its_author_is_told()
    {
        await using var author = await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(user: _author));
        await author.NextAsync("hello");
        var (one, two, own) = ((await Author.CommentAsync(_live, "one")).Text("commentID")!, (await Author.CommentAsync(_live, "two")).Text("commentID")!, (await Author.CommentAsync(_live, "own")).Text("commentID")!);
        Assert.Equal("done", (await DecideAsync("delete", one, "Off topic.")).Text("status"));
        Assert.Equal("already", (await DecideAsync("delete", one)).Text("status"));
        await Moderator.CallAsync("DELETE", $"/live/{_live}/comments/{two}");
        await Moderator.CallAsync("DELETE", $"/live/{_live}/comments/{two}");
        await Author.CallAsync("DELETE", $"/live/{_live}/comments/{own}");
        Assert.Equal("not-found", (await DecideAsync("delete", own)).Text("status"));
        Assert.Empty(await Author.CommentsAsync(_live));
        Assert.Equal([one, two], (await Moderator.CallAsync("GET", $"/live/{_live}/moderation/audit")).EnumerateArray().Select(line => line.Text("commentID")));
        var notices = new[] { await author.NextAsync("notice"), await author.NextAsync("notice") };
        Assert.Equal([("removed", one), ("removed", two)], notices.Select(notice => (notice.Text("notice"), notice.Text("commentID"))));
    }

    [Fact]
    public async Task What_viewers_report_waits_for_a_moderator_until_one_decides()
    {
        var (bad, good) = ((await Author.CommentAsync(_live, "bad")).Text("commentID")!, (await Author.CommentAsync(_live, "good")).Text("commentID")!);
        foreach (var comment in (string[])[good, bad, bad])
            await _server.As(Role.Viewer).CallAsync("POST", $"/live/{_live}/comments/{comment}/reports", """{"reason":"I do not like it."}""");
        using var viewer = _server.As(Role.Viewer);
        for (var i = 0; i < 3; i++)
            Assert.Equal("reported", (await viewer.CallAsync("POST", $"/live/{_live}/comments/{bad}/reports", """{"reason":"rude"}""")).Text("status"));
        var queue = await QueueAsync("reported");
        Assert.Equal([(bad, 3), (good, 1)], queue.Select(item => (item.Text("commentID")!, item.GetProperty("reports").GetInt32())));
        Assert.Equal("bad", queue[0].GetProperty("comment").Text("commentText"));
        await DecideAsync("delete", bad);
        Assert.Equal("done", (await DecideAsync("approve", good)).Text("status"));
        Assert.Empty(await QueueAsync("reported"));
        Assert.Equal(["good"], (await Author.CommentsAsync(_live)).Select(comment => comment.Text("commentText")));
        await viewer.RefusedAsync(Error.CommentNotFound, "POST", $"/live/{_live}/comments/{bad}/reports", """{"reason":"rude"}""");
        await viewer.RefusedAsync(Error.CommentNotFound, "POST", $"/live/{_live}/comments/x/reports", """{"reason":"rude"}""");
        foreach (var body in (string[])["{}", """{"reason":""}""", $$"""{"reason":"{{new string('x', 501)}}"}"""])
            await viewer.RefusedAsync(Error.InvalidRequest, "POST", $"/live/{_live}/comments/{good}/reports", body);
        // One that its author removed waits no longer.
        await viewer.CallAsync("POST", $"/live/{_live}/comments/{good}/reports", """{"reason":"rude"}""");
        Assert.Single(await QueueAsync("reported"));
        await Author.CallAsync("DELETE", $"/live/{_live}/comments/{good}");
        Assert.Empty(await QueueAsync("reported"));
    }

    [Fact]
    public async Task A_decision_that_makes_no_sense_is_refused_with_what_is_wrong()
    {
        var id = Guid.NewGuid();
        foreach (var body in (string[])
        [
            "{}", """{"action":"explode","commentIDs":["x"]}""", """{"action":"undo","commentIDs":["x"]}""", """{"action":"approve"}""", """{"action":"approve","commentIDs":[]}""", """{"action":"approve","commentIDs":[null]}""",
            $$"""{"action":"approve","userIDs":["{{id}}"]}""", $$"""{"action":"approve","commentIDs":["{{id}}"],"userIDs":["{{id}}"]}""", $$"""{"action":"ban","commentIDs":["{{id}}"]}""",
            $$"""{"action":"timeout","userIDs":["{{id}}"]}""", $$"""{"action":"timeout","userIDs":["{{id}}"],"seconds":0}""", $$"""{"action":"throttle","userIDs":["{{id}}"],"seconds":3601}""",
            $$"""{"action":"ban","userIDs":["{{id}}"],"seconds":5}""", $$"""{"action":"ban","userIDs":["{{id}}"],"reason":""}""", $$"""{"action":"approve","commentIDs":["{{id}}"],"everywhere":true}""",
            JsonSerializer.Serialize(new { action = "approve", commentIDs = Enumerable.Repeat("x", 201) }),
        ])
            Assert.NotEmpty((await Moderator.RefusedAsync(Error.InvalidRequest, "POST", Decisions, body))!);
        await Moderator.RefusedAsync(Error.InvalidJson, "POST", Decisions, "[]");
        foreach (var query in (string[])["?state=x", "?limit=0", "?after=x", $"?state=reported&after={id}", "?state=held&state=held"])
            await Moderator.RefusedAsync(Error.InvalidParameter, "GET", $"/live/{_live}/moderation/queue{query}");
        foreach (var query in (string[])["?before=x", "?before=0", "?before=-1"])
            await Moderator.RefusedAsync(Error.InvalidParameter, "GET", $"/live/{_live}/moderation/audit{query}");
        await Moderator.RefusedAsync(Error.InvalidRequest, "POST", $"/live/{_live}/moderation/undo", """{"decisionID":"x"}""");
        var undone = await Moderator.CallAsync("POST", $"/live/{_live}/moderation/undo", $$"""{"decisionID":"{{id}}"}""");
        Assert.Equal("not-found", undone.GetProperty("decisions")[0].Text("status"));
    }

    [Fact]
    public async Task What_waits_goes_with_its_event()
    {
        await HoldAsync("please hold", "k");
        Assert.True(EventId.TryParse(_live, out var id));
        using (var deleted = await Administrator.SendAsync("DELETE", $"/events/{_live}"))
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty(await _server.Services.GetRequiredService<IModerationStore>().WaitingAsync(id, false, null, 10, default));
        Assert.Empty(await NoticesAsync());
    }

    [Fact]
    public async Task Who_moderates_another_event_can_decide_nothing_here()
    {
        var other = await LiveAsync();
        var held = (await HoldAsync("please hold", "k")).Text("commentID")!;
        var rejected = await DecideAsync("reject", held);
        Assert.Equal("not-found", (await DecideAsync("approve", (await HoldAsync("please hold again", "k2")).Text("commentID")!, live: other)).Text("status"));
        var undo = await Moderator.CallAsync("POST", $"/live/{other}/moderation/undo", $$"""{"decisionID":"{{rejected.Text("decisionID")}}"}""");
        Assert.Equal("not-found", undo.GetProperty("decisions")[0].Text("status"));
        Assert.Empty((await Moderator.CallAsync("GET", $"/live/{other}/moderation/audit")).EnumerateArray());
    }

    private static void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton<IScorer, HoldingScorer>();

    private string Decisions => $"/live/{_live}/moderation/decisions";

    private HttpClient Author => _server.As(Role.Viewer, _author);

    private HttpClient Moderator => _server.As(Role.Viewer, _moderator);

    private HttpClient Administrator => _server.As(Role.Administrator);

    private static string Body(string action, string comment, string? reason = null) => JsonSerializer.Serialize(new { action, commentIDs = (string[])[comment], reason });

    /// <summary>A live event with the moderator of these tests.</summary>
    private async Task<string> LiveAsync()
    {
        var live = await _server.GoLiveAsync();
        await Administrator.CallAsync("PUT", $"/events/{live}/participants/{_moderator}", """{"role":"moderator"}""");
        return live;
    }

    private async Task<JsonElement> HoldAsync(string text, string key)
    {
        var held = await (await Author.SendCommentAsync(_live, text, key)).JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal("held", held.Text("status"));
        return held;
    }

    private async Task<JsonElement> DecideAsync(string action, string comment, string? reason = null, string? live = null) =>
        (await Moderator.CallAsync("POST", $"/live/{live ?? _live}/moderation/decisions", Body(action, comment, reason))).GetProperty("decisions")[0];

    private async Task<List<JsonElement>> QueueAsync(string state = "held") => [.. (await Moderator.CallAsync("GET", $"/live/{_live}/moderation/queue?state={state}")).EnumerateArray()];

    private async Task<List<JsonElement>> NoticesAsync() => [.. (await Author.CallAsync("GET", "/me/notices")).EnumerateArray()];
}
