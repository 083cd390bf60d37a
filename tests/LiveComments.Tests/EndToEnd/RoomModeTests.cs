using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Log;

namespace LiveComments.Tests.EndToEnd;

/// <summary>What moderators let viewers write for now.</summary>
public sealed class RoomModeTests : IAsyncLifetime
{
    private readonly UserId _moderator = new(Guid.NewGuid());

    private TestServer _server = null!;
    private EventId _id;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true");
        Assert.True(EventId.TryParse(await _server.GoLiveAsync(), out _id));
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("PUT", $"/events/{_id}/participants/{_moderator}", """{"role":"moderator"}""");
        // What the text scores is not at issue.
        await administrator.CallAsync("PATCH", $"/events/{_id}", """{"moderationLevel":"off"}""");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("""{"emojiOnly":true}""", "🎉 👍🏽 🇩🇪", "party 🎉")]
    [InlineData("""{"linksOff":true}""", "see the manual", "see example.org/manual")]
    [InlineData("""{"emojiOnly":true,"linksOff":true}""", "🎉", "www.example.org")]
    public async Task A_mode_refuses_what_it_does_not_allow_and_nothing_else(string modes, string allowed, string refused)
    {
        await ModesAsync(modes);
        using var viewer = _server.As(Role.Viewer);
        await viewer.RefusedAsync(Error.RoomMode, "POST", Comments, Body(refused));
        await viewer.CommentAsync(_id.ToString(), allowed);
        await Moderator.CommentAsync(_id.ToString(), refused);
        await ModesAsync("""{"emojiOnly":false,"linksOff":null}""");
        await viewer.CommentAsync(_id.ToString(), refused);
        Assert.Equal([allowed, refused, refused], (await viewer.CommentsAsync(_id.ToString())).Select(comment => comment.Text("commentText")));
    }

    [Fact]
    public async Task Of_members_only_those_write_who_were_admitted()
    {
        await ModesAsync("""{"membersOnly":true}""");
        var user = new UserId(Guid.NewGuid());
        using var viewer = _server.As(Role.Viewer, user);
        await viewer.RefusedAsync(Error.RoomMode, "POST", Comments, Body("a stranger"));
        await _server.As(Role.Administrator).CallAsync("PUT", $"/events/{_id}/participants/{user}", """{"role":"viewer"}""");
        await viewer.CommentAsync(_id.ToString(), "a member");
        await _server.As(Role.Administrator).SendAsync("DELETE", $"/events/{_id}/participants/{user}");
        await viewer.RefusedAsync(Error.RoomMode, "POST", Comments, Body("a stranger again"));
        Assert.Single(await viewer.CommentsAsync(_id.ToString()));
    }

    [Fact]
    public async Task An_account_that_is_too_young_is_told_when_it_is_old_enough()
    {
        using var viewer = _server.As(Role.Viewer);
        await viewer.CommentAsync(_id.ToString(), "the account is made now");
        await ModesAsync("""{"minimumAccountAgeMinutes":60}""");
        using var answer = await viewer.SendAsync("POST", Comments, Body("too soon"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(60));
        await Moderator.CommentAsync(_id.ToString(), "a moderator with a new account");
    }

    [Fact]
    public async Task A_text_is_written_once_in_whatever_spelling()
    {
        var (user, other) = (new UserId(Guid.NewGuid()), new UserId(Guid.NewGuid()));
        await _server.As(Role.Viewer, user).CommentAsync(_id.ToString(), "written before the mode was on");
        await ModesAsync("""{"uniqueMessages":true}""");
        var first = (await _server.As(Role.Viewer, user).CommentAsync(_id.ToString(), "hello everybody", "k")).Text("commentID");
        foreach (var restarted in (bool[])[false, true])
        {
            if (restarted)
                await _server.RestartAsync();
            foreach (var same in (string[])["hello everybody", "HELLO everybody!!", "h3llo everybody", "written before the mode was on"])
                await _server.As(Role.Viewer, other).RefusedAsync(Error.RoomMode, "POST", Comments, Body(same));
            Assert.Equal(first, (await _server.As(Role.Viewer, user).CommentAsync(_id.ToString(), "hello everybody", "k")).Text("commentID"));
        }
        await _server.As(Role.Viewer, other).CommentAsync(_id.ToString(), "hello all");
        await Moderator.CommentAsync(_id.ToString(), "hello all");
        await ModesAsync("""{"uniqueMessages":null}""");
        await _server.As(Role.Viewer).CommentAsync(_id.ToString(), "hello everybody");
    }

    [Fact]
    public async Task Delayed_comments_come_in_order_unless_a_moderator_rejects_them_before()
    {
        await ModesAsync("""{"delaySeconds":2}""");
        using var viewer = _server.As(Role.Viewer);
        await using var socket = await StreamClient.WebSocketAsync(_server, _id.ToString(), token: _server.Token(user: new UserId(Guid.NewGuid())));
        await socket.NextAsync("hello");
        var texts = new List<string>();
        var rejected = "";
        for (var i = 0; i < 5; i++)
        {
            var held = await viewer.CallAsync("POST", Comments, Body($"delayed {i}"), HttpStatusCode.Accepted);
            Assert.True(held.GetProperty("releaseAt").GetDateTimeOffset() > held.GetProperty("timestamp").GetDateTimeOffset());
            Assert.False(held.TryGetProperty("position", out _));
            if (i == 2)
                rejected = held.Text("commentID")!;
            else
                texts.Add($"delayed {i}");
        }
        await socket.SendAsync(new { type = "comment", id = "s1", commentText = "delayed on a socket" });
        var ack = await socket.NextAsync("ack");
        Assert.Equal("held", ack.Text("status"));
        Assert.True(ack.TryGetProperty("releaseAt", out _));
        texts.Add("delayed on a socket");
        await Moderator.CommentAsync(_id.ToString(), "at once");
        var waiting = (await Moderator.CallAsync("GET", $"/live/{_id}/moderation/queue?state=delayed")).EnumerateArray().ToList();
        Assert.Contains(waiting, one => one.Text("commentID") == rejected && one.TryGetProperty("releaseAt", out _));
        Assert.Empty((await Moderator.CallAsync("GET", $"/live/{_id}/moderation/queue")).EnumerateArray());
        await Moderator.CallAsync("POST", $"/live/{_id}/moderation/decisions", JsonSerializer.Serialize(new { action = "reject", commentIDs = (string[])[rejected] }));
        await Http.EventuallyAsync(async () => (await viewer.CommentsAsync(_id.ToString())).Count == 6, "all that are left are placed");
        Assert.Equal(["at once", .. texts], (await viewer.CommentsAsync(_id.ToString())).Select(comment => comment.Text("commentText")));
    }

    [Fact]
    public async Task A_delayed_comment_is_taken_back_by_its_author_and_by_nobody_else()
    {
        await ModesAsync("""{"delaySeconds":60}""");
        using var viewer = _server.As(Role.Viewer, new UserId(Guid.NewGuid()));
        var held = (await viewer.CallAsync("POST", Comments, Body("too hasty"), HttpStatusCode.Accepted)).Text("commentID");
        await _server.As(Role.Viewer).RefusedAsync(Error.CommentNotFound, "DELETE", $"{Comments}/{held}");
        await viewer.CallAsync("DELETE", $"{Comments}/{held}");
        Assert.Empty((await Moderator.CallAsync("GET", $"/live/{_id}/moderation/queue?state=delayed")).EnumerateArray());
        await viewer.RefusedAsync(Error.CommentNotFound, "DELETE", $"{Comments}/{held}");
    }

    [Fact]
    public async Task Modes_and_rules_that_are_changed_stand_in_the_audit_log()
    {
        await ModesAsync("""{"emojiOnly":true}""");
        await Moderator.CallAsync("PUT", $"/live/{_id}/moderation/rules", """{"capitals":"hold"}""");
        var lines = (await Moderator.CallAsync("GET", $"/live/{_id}/moderation/audit")).EnumerateArray().ToList();
        Assert.Equal(["change-modes", "change-rules"], lines.Select(line => line.Text("action")));
        Assert.True(JsonElement.Parse(lines[0].Text("reason")!).GetProperty("emojiOnly").GetBoolean());
        Assert.Contains("capitals", lines[1].Text("reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_trusted_writes_past_review_account_age_and_membership_but_not_past_rules_that_refuse()
    {
        var user = new UserId(Guid.NewGuid());
        using var viewer = _server.As(Role.Viewer, user);
        await viewer.CommentAsync(_id.ToString(), "the account is made now");
        await ModesAsync("""{"minimumAccountAgeMinutes":60,"membersOnly":true,"reviewEverything":true}""");
        await Moderator.CallAsync("PUT", $"/live/{_id}/moderation/rules", """{"words":[{"text":"spoiler","action":"hold"},{"text":"forbidden","action":"block"}]}""");
        await viewer.RefusedAsync(Error.RoomMode, "POST", Comments, Body("a spoiler"));
        await TrustAsync("trust");
        await viewer.CommentAsync(_id.ToString(), "a spoiler");
        await viewer.RefusedAsync(Error.TextRefused, "POST", Comments, Body("forbidden"));
        await TrustAsync("untrust");
        await viewer.RefusedAsync(Error.RoomMode, "POST", Comments, Body("another spoiler"));

        async Task TrustAsync(string action) => Assert.Equal("done", (await Moderator.CallAsync("POST", $"/live/{_id}/moderation/decisions",
            JsonSerializer.Serialize(new { action, userIDs = (string[])[user.ToString()] }))).GetProperty("decisions")[0].Text("status"));
    }

    [Fact]
    public async Task Where_everything_is_reviewed_comments_of_viewers_wait_for_a_moderator()
    {
        await ModesAsync("""{"reviewEverything":true}""");
        using var viewer = _server.As(Role.Viewer);
        var held = await viewer.CallAsync("POST", Comments, Body("please look at it"), HttpStatusCode.Accepted);
        await Moderator.CommentAsync(_id.ToString(), "a moderator's");
        var waiting = Assert.Single((await Moderator.CallAsync("GET", $"/live/{_id}/moderation/queue?state=held")).EnumerateArray());
        Assert.Equal(held.Text("commentID"), waiting.Text("commentID"));
        Assert.Equal("review", Assert.Single(waiting.GetProperty("reasons").EnumerateArray()).Text("code"));
        await Moderator.CallAsync("POST", $"/live/{_id}/moderation/decisions", $$"""{"action":"approve","commentIDs":["{{held.Text("commentID")}}"]}""");
        Assert.Equal(["a moderator's", "please look at it"], (await viewer.CommentsAsync(_id.ToString())).Select(comment => comment.Text("commentText")));
    }

    [Fact]
    public async Task The_shield_adds_to_the_modes_that_are_on_and_leaves_them_as_they_were()
    {
        await ModesAsync("""{"slowModeSeconds":3,"linksOff":false,"emojiOnly":true}""");
        var shielded = await Moderator.CallAsync("PUT", $"/live/{_id}/moderation/shield", """{"on":true}""");
        Assert.Equal("""{"slowModeSeconds":3,"minimumAccountAgeMinutes":0,"membersOnly":false,"emojiOnly":true,"linksOff":false,"uniqueMessages":false,"delaySeconds":0,"reviewEverything":false,"shield":true}""", shielded.GetRawText());
        using var viewer = _server.As(Role.Viewer);
        await viewer.RefusedAsync(Error.RoomMode, "POST", Comments, Body("🎉"));
        var open = await Moderator.CallAsync("PUT", $"/live/{_id}/moderation/shield", """{"on":false}""");
        Assert.Equal("""{"slowModeSeconds":3,"minimumAccountAgeMinutes":0,"membersOnly":false,"emojiOnly":true,"linksOff":false,"uniqueMessages":false,"delaySeconds":0,"reviewEverything":false,"shield":false}""", open.GetRawText());
        await viewer.CommentAsync(_id.ToString(), "🎉");
        Assert.Equal(TimeSpan.FromSeconds(3), new EventSettings { SlowModeSeconds = 3 }.Pace());
        Assert.Equal(TimeSpan.FromSeconds(10), new EventSettings { SlowModeSeconds = 3, Modes = new RoomModes { Shield = true } }.Pace());
        Assert.Equal(TimeSpan.FromSeconds(60), new EventSettings { SlowModeSeconds = 60, Modes = new RoomModes { Shield = true } }.Pace());
    }

    [Fact]
    public async Task Viewers_see_at_once_which_modes_are_on_and_the_same_change_is_one_entry()
    {
        await using var viewer = await StreamClient.WebSocketAsync(_server, _id.ToString());
        await viewer.NextAsync("hello");
        await ModesAsync("""{"emojiOnly":true}""");
        await ModesAsync("""{"emojiOnly":true}""");
        var settings = Assert.Single((await _server.EntriesAsync(_id.ToString())).OfType<SettingsEntry>());
        Assert.Equal(new RoomModes { EmojiOnly = true }, settings.Settings.Modes);
        var entry = Assert.Single(await viewer.EntriesToAsync(3, after: 2), one => one.Text("type") == "settings");
        Assert.Equal("""{"emojiOnly":true}""", entry.GetProperty("settings").GetProperty("modes").GetRawText());
        await ModesAsync("""{"emojiOnly":false}""");
        Assert.False((await viewer.EntriesToAsync(4, after: 3))[^1].GetProperty("settings").TryGetProperty("modes", out _));
    }

    [Fact]
    public async Task A_retry_gets_the_answer_of_the_first_try_whatever_modes_are_on_by_then()
    {
        using var viewer = _server.As(Role.Viewer);
        var first = await viewer.CommentAsync(_id.ToString(), "words", "once");
        await ModesAsync("""{"emojiOnly":true}""");
        var again = await viewer.CommentAsync(_id.ToString(), "words", "once");
        Assert.Equal(first.Text("commentID"), again.Text("commentID"));
    }

    [Theory]
    [InlineData("PATCH", "modes", """{"emojiOnly":true}""")]
    [InlineData("PUT", "shield", """{"on":true}""")]
    public async Task Only_moderators_of_the_event_and_administrators_change_them(string method, string what, string body)
    {
        var path = $"/live/{_id}/moderation/{what}";
        await _server.Anonymous.RefusedAsync(Error.Unauthenticated, method, path, body);
        await _server.As(Role.Viewer).RefusedAsync(Error.Forbidden, method, path, body);
        await _server.As(Role.Moderator, moderatorOf: new EventId(Guid.NewGuid())).RefusedAsync(Error.Forbidden, method, path, body);
        await Moderator.RefusedAsync(Error.EventNotFound, method, $"/live/nowhere/moderation/{what}", body);
        Assert.Empty((await _server.EntriesAsync(_id.ToString())).OfType<SettingsEntry>());
        await Moderator.CallAsync(method, path, body);
        await _server.As(Role.Administrator).CallAsync(method, path, body);
        await _server.As(Role.Administrator).CallAsync("PATCH", $"/events/{_id}", """{"settings":{"modes":{"linksOff":true}}}""");
        Assert.True((await Moderator.CallAsync("PATCH", $"/live/{_id}/moderation/modes", "{}")).GetProperty("linksOff").GetBoolean());
    }

    [Theory]
    [InlineData("PATCH", "modes", """{"quiet":true}""", "no member of this name")]
    [InlineData("PATCH", "modes", """{"emojiOnly":1}""", "true or false")]
    [InlineData("PATCH", "modes", """{"minimumAccountAgeMinutes":43201}""", "0 to 43200")]
    [InlineData("PATCH", "modes", """{"slowModeSeconds":-1}""", "0 to 3600")]
    [InlineData("PATCH", "modes", "[]", "object")]
    [InlineData("PUT", "shield", """{"on":null}""", "true")]
    [InlineData("PUT", "shield", "{}", "true")]
    public async Task A_wrong_change_is_told_what_is_wrong(string method, string what, string body, string said)
    {
        using var answer = await Moderator.SendAsync(method, $"/live/{_id}/moderation/{what}", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(said, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Text("detail"), StringComparison.Ordinal);
    }

    private HttpClient Moderator => _server.As(Role.Viewer, _moderator);

    private string Comments => $"/live/{_id}/comments";

    private static string Body(string text) => JsonSerializer.Serialize(new { commentText = text });

    private Task<JsonElement> ModesAsync(string modes) => Moderator.CallAsync("PATCH", $"/live/{_id}/moderation/modes", modes);
}
