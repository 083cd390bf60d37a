using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Polls;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Moderators ask, viewers choose, and everybody sees the same numbers.</summary>
public sealed class PollTests(SharedServer shared) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private const string Question = """{"question":"Who wins?","options":["Red","Blue"]}""";

    private readonly UserId _moderator = new(Guid.NewGuid());
    private readonly TestServer _server = shared.Server;
    private string _live = "";

    private string Path => $"/live/{_live}/polls";

    public async Task InitializeAsync()
    {
        _live = await _server.GoLiveAsync();
        await _server.As(Role.Administrator).CallAsync("PUT", $"/events/{_live}/participants/{_moderator}", """{"role":"moderator"}""");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_watches_sees_a_poll_opened_voted_in_and_closed_and_who_comes_later_too(bool eventStream)
    {
        await using var viewer = await WatchAsync(eventStream);
        Assert.False((await viewer.NextAsync("hello")).GetProperty("event").TryGetProperty("poll", out _));
        var poll = await OpenAsync();
        var card = Assert.Single(await viewer.EntriesToAsync(3, after: 2)).GetProperty("card");
        Assert.Equal((poll.Text("pollID"), "poll"), (card.Text("id"), card.Text("type")));
        Assert.Equal(poll.GetRawText(), card.GetProperty("state").GetRawText());
        Assert.Equal(("open", 0, "Who wins?"), (poll.Text("status"), poll.Number("votes"), poll.Text("question")));

        var ann = new UserId(Guid.NewGuid());
        Assert.Equal("[1,0]", (await VoteAsync(poll, ann, 0)).GetProperty("counts").GetRawText());
        Assert.Equal("[0,1]", (await VoteAsync(poll, ann, 1)).GetProperty("counts").GetRawText());
        Assert.Equal("[0,2]", (await VoteAsync(poll, new UserId(Guid.NewGuid()), 1)).GetProperty("counts").GetRawText());
        JsonElement counted;
        do
            counted = Assert.Single((await viewer.NextAsync("votes")).GetProperty("polls").EnumerateArray());
        while (counted.GetProperty("counts").GetRawText() != "[0,2]");
        Assert.Equal((poll.Text("pollID"), 2, 3), (counted.Text("pollID"), counted.Number("votes"), counted.Number("version")));

        await using (var late = await WatchAsync(eventStream))
            Assert.Equal("[0,2]", (await late.NextAsync("hello")).GetProperty("event").GetProperty("poll").GetProperty("counts").GetRawText());
        Assert.Equal("[0,2]", (await _server.Anonymous.CallAsync("GET", $"/events/{_live}")).GetProperty("poll").GetProperty("counts").GetRawText());

        var closed = await Moderator.CallAsync("PATCH", $"{Path}/{poll.Text("pollID")}", """{"status":"closed"}""");
        Assert.Equal(("closed", "[0,2]", 2), (closed.Text("status"), closed.GetProperty("counts").GetRawText(), closed.Number("revision")));
        Assert.Equal(closed.GetRawText(), Assert.Single(await viewer.EntriesToAsync(4, after: 3)).GetProperty("card").GetProperty("state").GetRawText());
        await As(ann).RefusedAsync(Error.PollClosed, "PUT", Vote(poll), """{"option":0}""");

        await using var resumed = await WatchAsync(eventStream, "?after=start");
        Assert.Equal("closed", (await resumed.NextAsync("hello")).GetProperty("event").GetProperty("poll").Text("status"));
        Assert.Equal(["open", "closed"], (await resumed.EntriesToAsync(4, after: 0)).Skip(2).Select(entry => entry.GetProperty("card").GetProperty("state").Text("status")));
    }

    [Fact]
    public async Task Secret_counts_are_told_to_moderators_alone_until_the_poll_is_closed()
    {
        await using var viewer = await WatchAsync(eventStream: false);
        var poll = await OpenAsync("""{"question":"Who wins?","options":["Red","Blue"],"results":"closed"}""");
        var ann = new UserId(Guid.NewGuid());
        Assert.False((await VoteAsync(poll, ann, 1)).TryGetProperty("counts", out _));
        var counted = Assert.Single((await viewer.NextAsync("votes")).GetProperty("polls").EnumerateArray());
        Assert.Equal((1, false), (counted.Number("votes"), counted.TryGetProperty("counts", out _)));
        foreach (var (client, sees, own) in new[] { (_server.Anonymous, false, -1), (As(ann), false, 1), (Moderator, true, -1) })
        {
            var seen = Assert.Single((await client.CallAsync("GET", Path)).EnumerateArray());
            Assert.Equal((1, sees, own), (seen.Number("votes"), seen.TryGetProperty("counts", out _), seen.TryGetProperty("myOption", out var option) ? option.GetInt32() : -1));
        }
        Assert.False((await _server.Anonymous.CallAsync("GET", $"/events/{_live}")).GetProperty("poll").TryGetProperty("counts", out _));
        await Moderator.CallAsync("PATCH", $"{Path}/{poll.Text("pollID")}", """{"status":"closed"}""");
        Assert.Equal("[0,1]", Assert.Single((await _server.Anonymous.CallAsync("GET", Path)).EnumerateArray()).GetProperty("counts").GetRawText());
    }

    [Fact]
    public async Task A_vote_over_a_socket_is_answered_by_its_id()
    {
        var poll = await OpenAsync();
        var (ann, id) = (new UserId(Guid.NewGuid()), poll.Text("pollID"));
        await using var socket = await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(Role.Viewer, ann));
        await socket.NextAsync("hello");
        await socket.SendAsync(new { type = "vote", id = "v1", pollID = id, option = 1 });
        Assert.Equal("v1", Assert.Single((await socket.NextAsync("acks")).GetProperty("ids").EnumerateArray()).GetString());
        foreach (var (name, message, code) in new (string, object, string)[]
        {
            ("v2", new { type = "vote", id = "v2", pollID = id, option = 2 }, "unknown-option"), ("v3", new { type = "vote", id = "v3", pollID = id, option = "0" }, "unknown-option"),
            ("v4", new { type = "vote", id = "v4", pollID = id }, "unknown-option"), ("v5", new { type = "vote", id = "v5", pollID = id, option = new[] { 0 } }, "unknown-option"),
            ("v6", new { type = "vote", id = "v6", pollID = Guid.NewGuid(), option = 0 }, "poll-not-found"), ("v7", new { type = "vote", id = "v7", pollID = "x", option = 0 }, "poll-not-found"),
        })
        {
            await socket.SendAsync(message);
            var error = await socket.NextAsync("error");
            Assert.Equal((name, code), (error.Text("id"), error.Text("code")));
        }
        await using var nobody = await WatchAsync(eventStream: false);
        await nobody.SendAsync(new { type = "vote", id = "v8", pollID = id, option = 0 });
        Assert.Equal("unauthenticated", (await nobody.NextAsync("error")).Text("code"));
        Assert.Equal("[0,1]", Assert.Single((await Moderator.CallAsync("GET", Path)).EnumerateArray()).GetProperty("counts").GetRawText());
    }

    [Fact]
    public async Task A_poll_closes_when_its_time_is_over_and_when_its_event_ends()
    {
        var poll = await OpenAsync("""{"question":"Quick?","options":["Yes","No"],"seconds":10}""");
        Assert.Equal(TimeSpan.FromSeconds(10), poll.GetProperty("endsAt").GetDateTimeOffset() - poll.GetProperty("openedAt").GetDateTimeOffset());
        await VoteAsync(poll, new UserId(Guid.NewGuid()), 1);
        // As if it had been opened earlier.
        var store = _server.Services.GetRequiredService<IPollStore>();
        Assert.True(EventId.TryParse(_live, out var id) & PollId.TryParse(poll.Text("pollID"), out var pollId));
        Assert.Null((await store.ChangeAsync(id, pollId, PollStatus.Closed, DateTimeOffset.UtcNow, default)).Error);
        var next = await OpenAsync();
        await using var viewer = await WatchAsync(eventStream: false, "?after=start");
        await _server.As(Role.Administrator).CallAsync("POST", $"/events/{_live}/end");
        await As(new UserId(Guid.NewGuid())).RefusedAsync(Error.PollClosed, "PUT", Vote(next), """{"option":0}""");
        // The schedule closes it, and also tells what nobody has told of the first one.
        var told = new HashSet<(string?, string?)>();
        while (!told.IsSupersetOf([(poll.Text("pollID"), "closed"), (next.Text("pollID"), "closed")]))
            foreach (var entry in (await viewer.NextAsync("batch")).GetProperty("entries").EnumerateArray())
                if (entry.Text("type") == "card")
                    told.Add((entry.GetProperty("card").GetProperty("state").Text("pollID"), entry.GetProperty("card").GetProperty("state").Text("status")));
        Assert.Equal(["closed", "closed"], (await _server.Anonymous.CallAsync("GET", Path)).EnumerateArray().Select(one => one.Text("status")));
        Assert.Equal([(1L, "[0,1]"), (2L, "[0,0]")], (await _server.Anonymous.CallAsync("GET", $"/live/{_live}/replay")).GetProperty("polls").EnumerateArray()
            .Select(past => (past.GetProperty("poll").Number("number"), past.GetProperty("poll").GetProperty("counts").GetRawText())));
        await Moderator.RefusedAsync(Error.StateConflict, "POST", Path, Question);
    }

    [Fact]
    public async Task What_is_taken_away_is_told_and_shown_nowhere()
    {
        var poll = await OpenAsync();
        await using var viewer = await WatchAsync(eventStream: false);
        Assert.Equal("open", (await viewer.NextAsync("hello")).GetProperty("event").GetProperty("poll").Text("status"));
        for (var i = 0; i < 2; i++)
            using (var answer = await Moderator.SendAsync("DELETE", $"{Path}/{poll.Text("pollID")}"))
                Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var state = Assert.Single(await viewer.EntriesToAsync(4, after: 3)).GetProperty("card").GetProperty("state");
        Assert.Equal(("removed", false), (state.Text("status"), state.TryGetProperty("question", out _)));
        Assert.False((await _server.Anonymous.CallAsync("GET", $"/events/{_live}")).TryGetProperty("poll", out _));
        Assert.Empty((await _server.Anonymous.CallAsync("GET", Path)).EnumerateArray());
        await As(_moderator).RefusedAsync(Error.PollNotFound, "PUT", Vote(poll), """{"option":0}""");
        await Moderator.RefusedAsync(Error.PollNotFound, "PATCH", $"{Path}/{poll.Text("pollID")}", """{"status":"closed"}""");
    }

    [Fact]
    public async Task Only_moderators_ask_once_at_a_time_and_every_question_is_checked()
    {
        foreach (var (client, error) in new[] { (_server.Anonymous, Error.Unauthenticated), (_server.As(Role.Viewer), Error.Forbidden), (_server.As(Role.Moderator, moderatorOf: new EventId(Guid.NewGuid())), Error.Forbidden) })
        {
            await client.RefusedAsync(error, "POST", Path, Question);
            await client.RefusedAsync(error, "PATCH", $"{Path}/{Guid.NewGuid()}", """{"status":"closed"}""");
            await client.RefusedAsync(error, "DELETE", $"{Path}/{Guid.NewGuid()}");
        }
        var long81 = new string('x', 81);
        foreach (var wrong in new[]
        {
            """{"options":["Red","Blue"]}""", """{"question":"","options":["Red","Blue"]}""", """{"question":"Who?"}""", """{"question":"Who?","options":["Red"]}""", """{"question":"Who?","options":["Red",null]}""",
            """{"question":"Who?","options":["Red"," red "]}""", """{"question":"Who?","options":["Red","Blue"],"results":"never"}""", """{"question":"Who?","options":["Red","Blue"],"seconds":9}""",
            """{"question":"Who?","options":["Red","Blue"],"seconds":604801}""", $$"""{"question":"Who?","options":["Red","{{long81}}"]}""", $$"""{"question":"{{long81}}{{long81}}{{long81}}","options":["Red","Blue"]}""",
            """{"question":"Who?","options":["1","2","3","4","5","6","7","8","9","10","11"]}""", """{"question":"Who\u202e?","options":["Red","Blue"]}""",
        })
            Assert.NotNull(await Moderator.RefusedAsync(Error.InvalidPoll, "POST", Path, wrong));
        await Moderator.RefusedAsync(Error.InvalidJson, "POST", Path, """{"question":"Who?","options":"Red"}""");
        var poll = await OpenAsync("""{"question":"  Who\nwins? ","options":["Red","Blue"]}""");
        Assert.Equal("Who wins?", poll.Text("question"));
        Assert.Equal(poll.Text("pollID"), (await OpenAsync()).Text("pollID"));
        await Moderator.RefusedAsync(Error.PollOpen, "POST", Path, """{"question":"Who loses?","options":["Red","Blue"]}""");
        await Moderator.RefusedAsync(Error.InvalidPoll, "PATCH", $"{Path}/{poll.Text("pollID")}", """{"status":"open"}""");
        var lines = (await Moderator.CallAsync("GET", $"/live/{_live}/moderation/audit")).EnumerateArray().ToList();
        Assert.Equal(("change-poll", "open: Who wins?"), (Assert.Single(lines).Text("action"), lines[0].Text("reason")));

        foreach (var body in new[] { """{"option":2}""", """{"option":-1}""", "{}", """{"option":9999}""" })
            await _server.As(Role.Viewer).RefusedAsync(Error.UnknownOption, "PUT", Vote(poll), body);
        await _server.As(Role.Viewer).RefusedAsync(Error.UserMismatch, "PUT", Vote(poll), $$"""{"option":0,"userID":"{{Guid.NewGuid()}}"}""");
        await _server.As(Role.Viewer).RefusedAsync(Error.PollNotFound, "PUT", $"{Path}/x/vote", """{"option":0}""");
        await _server.Anonymous.RefusedAsync(Error.Unauthenticated, "PUT", Vote(poll), """{"option":0}""");
        var other = await _server.GoLiveAsync();
        await _server.As(Role.Viewer).RefusedAsync(Error.PollNotFound, "PUT", $"/live/{other}/polls/{poll.Text("pollID")}/vote", """{"option":0}""");
        Assert.Equal(0, Assert.Single((await Moderator.CallAsync("GET", Path)).EnumerateArray()).Number("votes"));
    }

    [Fact]
    public async Task Who_is_banned_does_not_vote_and_who_is_shadow_banned_is_answered_and_not_counted()
    {
        var poll = await OpenAsync();
        var (banned, shadowed) = (new UserId(Guid.NewGuid()), new UserId(Guid.NewGuid()));
        foreach (var (user, action) in new[] { (banned, "ban"), (shadowed, "shadow-ban") })
        {
            await As(user).CallAsync("GET", "/me");
            await Moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions", JsonSerializer.Serialize(new { action, userIDs = (string[])[user.ToString()] }));
        }
        await As(banned).RefusedAsync(Error.Banned, "PUT", Vote(poll), """{"option":0}""");
        Assert.Equal("[0,1]", (await VoteAsync(poll, shadowed, 1)).GetProperty("counts").GetRawText());
        await As(shadowed).RefusedAsync(Error.UnknownOption, "PUT", Vote(poll), """{"option":5}""");
        Assert.Equal("[0,0]", Assert.Single((await Moderator.CallAsync("GET", Path)).EnumerateArray()).GetProperty("counts").GetRawText());
    }

    private HttpClient Moderator => As(_moderator);

    private HttpClient As(UserId user) => _server.As(Role.Viewer, user);

    private string Vote(JsonElement poll) => $"{Path}/{poll.Text("pollID")}/vote";

    private Task<JsonElement> OpenAsync(string body = Question) => Moderator.CallAsync("POST", Path, body, HttpStatusCode.Created);

    private Task<JsonElement> VoteAsync(JsonElement poll, UserId user, int option) => As(user).CallAsync("PUT", Vote(poll), JsonSerializer.Serialize(new { option }));

    private Task<StreamClient> WatchAsync(bool eventStream, string query = "") =>
        eventStream ? StreamClient.EventStreamAsync(_server, _live, query) : StreamClient.WebSocketAsync(_server, _live, query);
}
