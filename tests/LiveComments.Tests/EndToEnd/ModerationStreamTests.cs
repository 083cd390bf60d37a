using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>What moderators are shown as it happens, and what they see of one person.</summary>
public sealed class ModerationStreamTests : IAsyncLifetime
{
    private readonly UserId _ann = new(Guid.NewGuid()), _moderator = new(Guid.NewGuid()), _other = new(Guid.NewGuid());

    private TestServer _server = null!;
    private string _live = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IScorer>(new HoldingScorer()));
        _live = await _server.GoLiveAsync();
        using var administrator = _server.As(Role.Administrator);
        foreach (var user in (UserId[])[_moderator, _other])
            await administrator.CallAsync("PUT", $"/events/{_live}/participants/{user}", """{"role":"moderator"}""");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_stream_has_what_waits_then_what_comes_and_goes_and_what_is_decided(bool isSocket)
    {
        // Later what waits would change, because she has written something.
        await Ann.CommentAsync(_live, "hello");
        var first = await HoldAsync("hold- first");
        await using var stream = await StreamClient.OfModeratorsAsync(_server, _live, _server.Token(user: _moderator), isSocket);
        var queue = await stream.NextAsync("queue");
        Assert.Equal(first, Assert.Single(queue.GetProperty("items").EnumerateArray()).Text("commentID"));
        var rates = await stream.NextAsync("rates");
        Assert.Equal((1, 0), (rates.GetProperty("held").GetInt32(), rates.GetProperty("reported").GetInt32()));

        var second = await HoldAsync("hold- second");
        queue = await stream.NextAsync("queue");
        var item = Assert.Single(queue.GetProperty("items").EnumerateArray());
        Assert.Equal((second, "hold- second"), (item.Text("commentID"), item.GetProperty("comment").Text("commentText")));
        await DecideAsync("reject", first);
        queue = await stream.NextAsync("queue");
        Assert.Equal(first, Assert.Single(queue.GetProperty("removed").EnumerateArray()).GetString());
        // The same moment, or the next.
        var decided = Assert.Single((await stream.NextAsync("decisions")).GetProperty("decisions").EnumerateArray());
        Assert.Equal(("reject", first), (decided.Text("action"), decided.Text("commentID")));

        var reported = (await Ann.CommentAsync(_live, "reported")).Text("commentID")!;
        await _server.As(Role.Viewer).CallAsync("POST", $"/live/{_live}/comments/{reported}/reports", """{"reason":"rude"}""");
        queue = await stream.NextAsync("queue");
        Assert.Equal((reported, 1), Assert.Single(queue.GetProperty("items").EnumerateArray()) is var one ? (one.Text("commentID"), one.GetProperty("reports").GetInt32()) : default);
        await _server.As(Role.Viewer).CallAsync("POST", $"/live/{_live}/comments/{reported}/reports", """{"reason":"very rude"}""");
        queue = await stream.NextAsync("queue");
        Assert.Equal(2, Assert.Single(queue.GetProperty("items").EnumerateArray()).GetProperty("reports").GetInt32());
    }

    [Fact]
    public async Task Moderators_see_who_looks_at_what()
    {
        var held = await HoldAsync("hold- this");
        await using var stream = await StreamClient.OfModeratorsAsync(_server, _live, _server.Token(user: _moderator), isSocket: true);
        Assert.Empty((await stream.NextAsync("looking")).GetProperty("looking").EnumerateArray());
        await LookAsync(held);
        var look = Assert.Single((await stream.NextAsync("looking")).GetProperty("looking").EnumerateArray());
        Assert.Equal((held, _other.ToString()), (look.Text("commentID"), look.GetProperty("user").Text("userID")));
        var item = Assert.Single((await Moderator.CallAsync("GET", $"/live/{_live}/moderation/queue")).EnumerateArray());
        Assert.Equal(_other.ToString(), Assert.Single(item.GetProperty("lookedAtBy").EnumerateArray()).Text("userID"));
        await LookAsync(null);
        Assert.Empty((await stream.NextAsync("looking")).GetProperty("looking").EnumerateArray());
        await Moderator.RefusedAsync(Error.InvalidRequest, "PUT", $"/live/{_live}/moderation/looking", """{"commentID":"x"}""");

        async Task LookAsync(string? comment)
        {
            using var answer = await _server.As(Role.Viewer, _other).SendAsync("PUT", $"/live/{_live}/moderation/looking", JsonSerializer.Serialize(new { commentID = comment }));
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_is_no_moderator_any_more_is_shown_nothing_more(bool isSocket)
    {
        await using var stream = await StreamClient.OfModeratorsAsync(_server, _live, _server.Token(user: _moderator), isSocket);
        await stream.NextAsync("queue");
        await _server.As(Role.Administrator).CallAsync("PUT", $"/events/{_live}/participants/{_moderator}", """{"role":"viewer"}""");
        while (await stream.NextAsync() is not null)
        {
        }
    }

    [Fact]
    public async Task A_ticket_opens_the_stream_once_for_whoever_it_was_given_to()
    {
        var ticket = (await Moderator.CallAsync("POST", "/auth/stream-ticket")).Text("ticket");
        using (var stream = await _server.Anonymous.GetAsync($"/live/{_live}/moderation/stream?ticket={ticket}", HttpCompletionOption.ResponseHeadersRead))
            Assert.Equal("text/event-stream", stream.Content.Headers.ContentType?.MediaType);
        await _server.Anonymous.RefusedAsync(Error.InvalidTicket, "GET", $"/live/{_live}/moderation/stream?ticket={ticket}");
    }

    [Fact]
    public async Task Moderators_see_whose_first_comment_something_is_also_when_an_earlier_one_was_deleted()
    {
        var early = (await Ann.CommentAsync(_live, "the first of all")).Text("commentID")!;
        var deleted = (await _server.As(Role.Viewer, _other).CommentAsync(_live, "deleted")).Text("commentID")!;
        await DecideAsync("delete", deleted);
        await _server.As(Role.Viewer, _other).CommentAsync(_live, "not their first");
        await using var stream = await StreamClient.OfModeratorsAsync(_server, _live, _server.Token(user: _moderator), isSocket: true);
        Assert.Equal([early], await FirstsAsync());

        var cleo = new UserId(Guid.NewGuid());
        using var client = _server.As(Role.Viewer, cleo);
        await client.CallAsync("POST", $"/live/{_live}/comments", """{"commentText":"hold- by somebody new"}""", HttpStatusCode.Accepted);
        Assert.True(Assert.Single((await stream.NextAsync("queue")).GetProperty("items").EnumerateArray()).GetProperty("isFirst").GetBoolean());
        await Ann.CommentAsync(_live, "her second");
        var first = (await client.CommentAsync(_live, "seen by all")).Text("commentID")!;
        // What waits is then by somebody who has written: the same moment, or the next.
        Assert.False(Assert.Single((await stream.NextAsync("queue")).GetProperty("items").EnumerateArray()).TryGetProperty("isFirst", out _));
        Assert.Equal([first], await FirstsAsync());
        await client.CommentAsync(_live, "and more");
        // Somebody who begins to watch is told the same.
        await using var another = await StreamClient.OfModeratorsAsync(_server, _live, _server.Token(user: _other), isSocket: false);
        Assert.Equal([early, first], (await another.NextAsync("firsts")).GetProperty("commentIDs").EnumerateArray().Select(id => id.GetString()));

        async Task<IEnumerable<string?>> FirstsAsync() => (await stream.NextAsync("firsts")).GetProperty("commentIDs").EnumerateArray().Select(id => id.GetString());
    }

    [Fact]
    public async Task Moderators_see_why_comments_are_refused_and_how_long_placing_takes()
    {
        await using var stream = await StreamClient.OfModeratorsAsync(_server, _live, _server.Token(user: _moderator), isSocket: true);
        var rates = await stream.NextAsync("rates");
        Assert.Empty(rates.GetProperty("refusedHere").EnumerateObject());
        Assert.False(rates.TryGetProperty("medianMsHere", out _));
        await Ann.RefusedAsync(Error.TextEmpty, "POST", $"/live/{_live}/comments", """{"commentText":" "}""");
        await Ann.CommentAsync(_live, "placed");
        do
            rates = await stream.NextAsync("rates");
        while (!rates.TryGetProperty("medianMsHere", out _));
        Assert.Equal(1, rates.GetProperty("refusedHere").GetProperty("text-empty").GetInt32());
        Assert.True(rates.GetProperty("slowestMsHere").GetDouble() >= rates.GetProperty("medianMsHere").GetDouble());
    }

    [Fact]
    public async Task Moderators_leave_each_other_notes_about_a_person_and_take_them_off_again()
    {
        await Ann.CommentAsync(_live, "here I am");
        Assert.Equal("done", (await NoteAsync("argues, but means well")).Text("status"));
        var second = await NoteAsync("is calm again");
        var card = await CardAsync();
        Assert.Equal([("is calm again", _moderator.ToString()), ("argues, but means well", _moderator.ToString())], Notes(card).Select(note => (note.Text("reason")!, note.GetProperty("by").Text("userID")!)));
        Assert.Equal((50, 0), (card.GetProperty("reputation").GetInt32(), card.GetProperty("decisions").GetArrayLength()));
        // In another event nobody sees them; what an administrator leaves everywhere everybody does.
        var elsewhere = await _server.GoLiveAsync();
        using var administrator = _server.As(Role.Administrator);
        Assert.Empty(Notes(await administrator.CallAsync("GET", $"/live/{elsewhere}/moderation/users/{_ann}")));
        await administrator.CallAsync("POST", $"/live/{elsewhere}/moderation/decisions", JsonSerializer.Serialize(new { action = "note", userIDs = (string[])[_ann.ToString()], reason = "known", everywhere = true }));
        await Moderator.CallAsync("POST", $"/live/{_live}/moderation/undo", JsonSerializer.Serialize(new { decisionID = second.Text("decisionID") }));
        Assert.Equal(["known", "argues, but means well"], Notes(await CardAsync()).Select(note => note.Text("reason")));
        // She is told nothing of all this.
        Assert.Empty((await Ann.CallAsync("GET", "/me/notices")).EnumerateArray());
        await Moderator.RefusedAsync(Error.InvalidRequest, "POST", $"/live/{_live}/moderation/decisions", JsonSerializer.Serialize(new { action = "note", userIDs = (string[])[_ann.ToString()] }));
        await Ann.RefusedAsync(Error.Forbidden, "POST", $"/live/{_live}/moderation/decisions", JsonSerializer.Serialize(new { action = "note", userIDs = (string[])[_other.ToString()], reason = "mean" }));

        static IEnumerable<JsonElement> Notes(JsonElement card) => card.GetProperty("notes").EnumerateArray();
        Task<JsonElement> CardAsync() => Moderator.CallAsync("GET", $"/live/{_live}/moderation/users/{_ann}");
        async Task<JsonElement> NoteAsync(string text) =>
            (await Moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions", JsonSerializer.Serialize(new { action = "note", userIDs = (string[])[_ann.ToString()], reason = text }))).GetProperty("decisions")[0];
    }

    [Fact]
    public async Task The_card_says_where_else_somebody_is_logged_in()
    {
        await _server.RegisterAsync("twice");
        var second = await (await _server.LogInAsync("twice")).JsonAsync();
        Assert.Equal(2, await SessionsAsync());
        using (await _server.CallAsync(HttpMethod.Post, "/auth/logout", new { refreshToken = second.Text("refreshToken") }, second.Text("token")))
        {
        }
        Assert.Equal(1, await SessionsAsync());

        async Task<int> SessionsAsync() => (await Moderator.CallAsync("GET", $"/live/{_live}/moderation/users/{second.Text("userID")}")).GetProperty("sessions").GetInt32();
    }

    [Fact]
    public async Task The_card_of_a_person_has_what_moderators_need_to_decide()
    {
        var placed = (await Ann.CommentAsync(_live, "placed")).Text("commentID");
        var gone = (await Ann.CommentAsync(_live, "gone")).Text("commentID")!;
        var held = await HoldAsync("hold- waits");
        await Ann.CommentAsync(await _server.GoLiveAsync(), "elsewhere");
        await DecideAsync("delete", gone);
        var answer = await Moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions", JsonSerializer.Serialize(new { action = "throttle", userIDs = (string[])[_ann.ToString()], seconds = 30, reason = "slow down" }));
        Assert.Equal("done", answer.GetProperty("decisions")[0].Text("status"));
        var card = await Moderator.CallAsync("GET", $"/live/{_live}/moderation/users/{_ann}");
        Assert.Equal((_ann.ToString(), "viewer", 40), (card.Text("userID"), card.Text("role"), card.GetProperty("reputation").GetInt32()));
        Assert.Equal(placed, Assert.Single(card.GetProperty("comments").EnumerateArray()).Text("commentID"));
        Assert.Equal(held, Assert.Single(card.GetProperty("waiting").EnumerateArray()).Text("commentID"));
        Assert.Equal(("throttle", 30), Assert.Single(card.GetProperty("restrictions").EnumerateArray()) is var restriction ? (restriction.Text("kind"), restriction.GetProperty("seconds").GetInt32()) : default);
        Assert.Equal(["throttle", "delete"], card.GetProperty("decisions").EnumerateArray().Select(decision => decision.Text("action")));
        await Moderator.RefusedAsync(Error.UserNotFound, "GET", $"/live/{_live}/moderation/users/{Guid.NewGuid()}");
        await Moderator.RefusedAsync(Error.UserNotFound, "GET", $"/live/{_live}/moderation/users/x");
    }

    private HttpClient Ann => _server.As(Role.Viewer, _ann);

    private HttpClient Moderator => _server.As(Role.Viewer, _moderator);

    private async Task<string> HoldAsync(string text) => (await Ann.CallAsync("POST", $"/live/{_live}/comments", JsonSerializer.Serialize(new { commentText = text }), HttpStatusCode.Accepted)).Text("commentID")!;

    private async Task DecideAsync(string action, string comment) => Assert.Equal("done",
        (await Moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions", JsonSerializer.Serialize(new { action, commentIDs = (string[])[comment] }))).GetProperty("decisions")[0].Text("status"));
}
