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
