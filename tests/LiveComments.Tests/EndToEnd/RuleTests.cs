using System.Net;
using System.Text.Json;
using LiveComments.Accounts;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Rules about texts, changed while people write.</summary>
public sealed class RuleTests : IAsyncLifetime
{
    private readonly UserId _moderator = new(Guid.NewGuid());

    private TestServer _server = null!;
    private string _live = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _live = await _server.GoLiveAsync();
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("PUT", $"/events/{_live}/participants/{_moderator}", """{"role":"moderator"}""");
        // What the text scores is not at issue.
        await administrator.CallAsync("PATCH", $"/events/{_live}", """{"moderationLevel":"off"}""");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Rules_hold_from_their_answer_on_and_those_of_an_event_in_this_event_only()
    {
        using var viewer = _server.As(Role.Viewer);
        await viewer.CommentAsync(_live, "the ending is a spoiler");
        await Moderator.CallAsync("PUT", Path, """{"words":[{"text":"spoiler","action":"block"}]}""");
        await viewer.RefusedAsync(Error.TextRefused, "POST", $"/live/{_live}/comments", Body("a SP0ILER"));
        await Moderator.CommentAsync(_live, "no spoiler, please");
        await viewer.CommentAsync(await _server.GoLiveAsync(), "a spoiler elsewhere");
        await Moderator.CallAsync("PUT", Path, "{}");
        await viewer.CommentAsync(_live, "a spoiler again");
        Assert.Equal("{}", (await Moderator.CallAsync("GET", Path)).GetRawText());
    }

    [Fact]
    public async Task Rules_of_all_events_hold_everywhere_and_no_event_can_take_them_away()
    {
        using var viewer = _server.As(Role.Viewer);
        using var administrator = _server.As(Role.Administrator);
        Assert.Equal("{}", (await administrator.CallAsync("GET", "/moderation/rules")).GetRawText());
        await administrator.CallAsync("PUT", "/moderation/rules", """{"links":{"action":"refuse","allow":["example.org"]}}""");
        await Moderator.CallAsync("PUT", Path, """{"links":{"action":"admit","allow":["example.com"]}}""");
        await viewer.RefusedAsync(Error.TextRefused, "POST", $"/live/{_live}/comments", Body("see example.com"));
        await viewer.CommentAsync(_live, "see www.example.org/help");
        await viewer.RefusedAsync(Error.TextRefused, "POST", $"/live/{await _server.GoLiveAsync()}/comments", Body("see example.com"));
    }

    [Fact]
    public async Task Words_to_be_masked_are_placed_masked_and_a_retry_gets_the_first_answer()
    {
        await Moderator.CallAsync("PUT", Path, """{"words":[{"text":"spoiler","action":"mask"}]}""");
        using var viewer = _server.As(Role.Viewer);
        var first = await viewer.CommentAsync(_live, "a spoiler!", "once");
        Assert.Equal(first.Text("commentID"), (await viewer.CommentAsync(_live, "a spoiler!", "once")).Text("commentID"));
        Assert.Equal("a *******!", Assert.Single(await viewer.CommentsAsync(_live)).Text("commentText"));
    }

    [Fact]
    public async Task What_a_rule_holds_waits_for_a_moderator_with_the_rule_that_held_it()
    {
        await Moderator.CallAsync("PUT", Path, """{"links":{"action":"hold"},"words":[{"text":"spoiler","action":"mask"}]}""");
        using var viewer = _server.As(Role.Viewer);
        await viewer.CallAsync("POST", $"/live/{_live}/comments", Body("a spoiler at example.com"), HttpStatusCode.Accepted);
        var waiting = Assert.Single((await Moderator.CallAsync("GET", $"/live/{_live}/moderation/queue?state=held")).EnumerateArray());
        var reason = Assert.Single(waiting.GetProperty("reasons").EnumerateArray(), one => one.Text("code") == "rule");
        Assert.Equal("links to example.com", reason.Text("detail"));
        Assert.Equal("a ******* at example.com", waiting.GetProperty("comment").Text("commentText"));
        Assert.Empty(await viewer.CommentsAsync(_live));
    }

    [Fact]
    public async Task They_survive_a_restart()
    {
        await Moderator.CallAsync("PUT", Path, """{"words":[{"text":"spoiler","action":"block"}]}""");
        await _server.RestartAsync();
        Assert.Equal("""{"words":[{"text":"spoiler","action":"block"}]}""", (await Moderator.CallAsync("GET", Path)).GetRawText());
        await _server.As(Role.Viewer).RefusedAsync(Error.TextRefused, "POST", $"/live/{_live}/comments", Body("a spoiler"));
    }

    [Fact]
    public async Task Trying_rules_says_what_they_would_have_done_and_changes_nothing()
    {
        using var viewer = _server.As(Role.Viewer);
        foreach (var text in (string[])["see example.com", "a spoiler", "another spoiler", "hello"])
            await viewer.CommentAsync(_live, text);
        await Moderator.CommentAsync(_live, "a moderator's spoiler");
        var tried = await Moderator.CallAsync("POST", Path + "/dry-run", """{"links":{"action":"hold"},"words":[{"text":"another","action":"block"},{"text":"spoiler","action":"mask"}]}""");
        Assert.Equal(4, tried.GetProperty("comments").GetInt32());
        Assert.Equal("""[{"text":"see example.com","why":"links to example.com"}]""", Samples("held", "reason"));
        Assert.Equal("""[{"text":"another spoiler","why":"has the word another"}]""", Samples("refused", "reason"));
        Assert.Equal("""[{"text":"a spoiler","why":"a *******"}]""", Samples("masked", "masked"));
        Assert.Equal("{}", (await Moderator.CallAsync("GET", Path)).GetRawText());
        await viewer.CommentAsync(_live, "yet another one");

        string Samples(string kind, string why) => JsonSerializer.Serialize(tried.GetProperty(kind).GetProperty("samples").EnumerateArray()
            .Select(sample => new { text = sample.Text("commentText"), why = sample.Text(why) }));
    }

    [Fact]
    public async Task Only_moderators_of_the_event_see_try_and_change_them_and_only_administrators_those_of_all_events()
    {
        foreach (var (method, path) in ((string, string)[])[("GET", Path), ("PUT", Path), ("POST", Path + "/dry-run"), ("GET", "/moderation/rules"), ("PUT", "/moderation/rules")])
        {
            var body = method == "GET" ? null : "{}";
            await _server.Anonymous.RefusedAsync(Error.Unauthenticated, method, path, body);
            await _server.As(Role.Viewer).RefusedAsync(Error.Forbidden, method, path, body);
            await _server.As(Role.Moderator, moderatorOf: new EventId(Guid.NewGuid())).RefusedAsync(Error.Forbidden, method, path, body);
            if (path.StartsWith("/moderation", StringComparison.Ordinal))
                await Moderator.RefusedAsync(Error.Forbidden, method, path, body);
            else
                await Moderator.CallAsync(method, path, body);
            await _server.As(Role.Administrator).CallAsync(method, path, body);
        }
    }

    [Theory]
    [InlineData("""{"wrods":[]}""", "wrods is unknown")]
    [InlineData("""{"words":[{"text":"...","action":"hold"}]}""", "has no letter or figure")]
    [InlineData("""{"patterns":[{"pattern":"(a)\\1","action":"hold"}]}""", "backtracking")]
    [InlineData("[]", "wrong type")]
    public async Task A_wrong_rule_is_told_what_is_wrong_and_the_old_ones_stay(string rules, string said)
    {
        await Moderator.CallAsync("PUT", Path, """{"capitals":"hold"}""");
        using var answer = await Moderator.SendAsync("PUT", Path, rules);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(Error.InvalidRules.Code, problem.Text("code"));
        Assert.Contains(said, problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("""{"capitals":"hold"}""", (await Moderator.CallAsync("GET", Path)).GetRawText());
    }

    private HttpClient Moderator => _server.As(Role.Viewer, _moderator);

    private string Path => $"/live/{_live}/moderation/rules";

    private static string Body(string text) => JsonSerializer.Serialize(new { commentText = text });
}
