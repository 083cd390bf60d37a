using System.Net;
using System.Text.Json;
using LiveComments.Accounts;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Viewers ask and vote, moderators answer, and one comment is on stage.</summary>
public sealed class QuestionTests(SharedServer shared) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private readonly UserId _moderator = new(Guid.NewGuid());
    private readonly TestServer _server = shared.Server;
    private string _live = "";

    private string Questions => $"/live/{_live}/questions";

    private string Stage => $"/live/{_live}/moderation/stage";

    public async Task InitializeAsync()
    {
        _live = await _server.GoLiveAsync("""{"questions":true}""");
        await _server.As(Role.Administrator).CallAsync("PUT", $"/events/{_live}/participants/{_moderator}", """{"role":"moderator"}""");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Questions_are_listed_by_likes_in_pages_and_answered_ones_apart()
    {
        var ids = new List<string>();
        foreach (var text in (string[])["one", "two", "three", "four"])
            ids.Add(await AskAsync(text));
        await CommentAsync("no question");
        await LikeAsync(ids[2], 2);
        await LikeAsync(ids[1], 1);
        // What is no like is no vote.
        await Viewer().CallAsync("POST", $"/live/{_live}/comments/{ids[3]}/reactions", """{"reactionType":"wow"}""");
        await ListsAsync("", "three", "two", "one", "four");

        using var first = await _server.Anonymous.GetAsync($"{Questions}?limit=3");
        var next = first.Link("next");
        Assert.EndsWith("?after=0." + (await OneAsync(ids[0])).Text("position")!.Split(':')[1] + "&limit=3", next, StringComparison.Ordinal);
        Assert.Equal(["four"], Texts(await _server.Anonymous.CallAsync("GET", next!)));
        using var last = await _server.Anonymous.GetAsync(next);
        Assert.Null(last.Link("next"));

        var marked = await Moderator.CallAsync("PATCH", $"{Questions}/{ids[2]}", """{"status":"answered"}""");
        Assert.Equal((ids[2], "answered"), (marked.Text("commentID"), marked.Text("status")));
        await ListsAsync("?status=open", "two", "one", "four");
        await ListsAsync("?status=answered", "three");
        Assert.Equal("answered", (await OneAsync(ids[2])).Text("question"));
        await Moderator.CallAsync("PATCH", $"{Questions}/{ids[2]}", """{"status":"open"}""");
        await ListsAsync("?status=answered");

        await Moderator.CallAsync("DELETE", $"/live/{_live}/comments/{ids[1]}");
        await ListsAsync("", "three", "one", "four");
        foreach (var wrong in (string[])["?status=both", "?after=1", "?after=x.1", "?after=1.2.3", "?limit=0", "?status=open&status=open"])
            await _server.Anonymous.RefusedAsync(Error.InvalidParameter, "GET", Questions + wrong);
        var actions = (await Moderator.CallAsync("GET", $"/live/{_live}/moderation/audit")).EnumerateArray().Select(entry => entry.Text("action")).ToList();
        Assert.Equal(2, actions.Count(action => action == "change-question"));
    }

    [Fact]
    public async Task A_question_is_refused_where_the_event_has_none_and_as_a_reply_and_only_moderators_mark()
    {
        var quiet = await _server.GoLiveAsync();
        await Viewer().RefusedAsync(Error.QuestionsOff, "POST", $"/live/{quiet}/comments", """{"commentText":"Why?","question":true}""");
        await Viewer().CallAsync("POST", $"/live/{quiet}/comments", """{"commentText":"Why?","question":false}""", HttpStatusCode.Created);
        Assert.Empty((await _server.Anonymous.CallAsync("GET", $"/live/{quiet}/questions")).EnumerateArray());
        var plain = await CommentAsync("plain");
        await Viewer().RefusedAsync(Error.ReplyIsNoQuestion, "POST", $"/live/{_live}/comments", $$"""{"commentText":"Why?","question":true,"replyToCommentID":"{{plain}}"}""");
        await Viewer().RefusedAsync(Error.InvalidJson, "POST", $"/live/{_live}/comments", """{"commentText":"Why?","question":"yes"}""");

        // Whoever asked when the event had questions hears of it, whatever it has now.
        var ann = new UserId(Guid.NewGuid());
        var first = await WithKeyAsync(ann, "k1", question: true);
        await _server.As(Role.Administrator).CallAsync("PATCH", $"/events/{_live}", """{"settings":{"questions":false}}""");
        Assert.Equal(first.Text("commentID"), (await WithKeyAsync(ann, "k1", question: true)).Text("commentID"));
        using (var other = await SendWithKeyAsync(ann, "k1", question: false))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        using (var again = await SendWithKeyAsync(ann, "k2", question: true))
            Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);

        var path = $"{Questions}/{first.Text("commentID")}";
        const string answered = """{"status":"answered"}""";
        await _server.Client(null).RefusedAsync(Error.Unauthenticated, "PATCH", path, answered);
        await Viewer().RefusedAsync(Error.Forbidden, "PATCH", path, answered);
        await Moderator.RefusedAsync(Error.InvalidRequest, "PATCH", path, """{"status":"done"}""");
        await Moderator.RefusedAsync(Error.QuestionNotFound, "PATCH", $"{Questions}/{plain}", answered);
        await Moderator.RefusedAsync(Error.QuestionNotFound, "PATCH", $"{Questions}/nonsense", answered);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_watches_hears_of_questions_their_answers_and_the_stage_and_who_comes_later_too(bool eventStream)
    {
        await using var viewer = await WatchAsync(eventStream);
        Assert.False((await viewer.NextAsync("hello")).GetProperty("event").TryGetProperty("stage", out _));
        var ann = new UserId(Guid.NewGuid());
        await using (var socket = await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(Role.Viewer, ann)))
        {
            await socket.NextAsync("hello");
            await socket.SendAsync(new { type = "comment", id = "q1", commentText = "Why?", question = true });
            Assert.Equal("q1", (await socket.NextAsync("ack")).Text("id"));
            await socket.SendAsync(new { type = "comment", id = "q2", commentText = "Why?", question = "yes" });
            await socket.NextAsync("error");
        }
        var asked = Assert.Single(await viewer.EntriesToAsync(3, after: 2)).GetProperty("comment");
        var id = asked.Text("commentID")!;
        Assert.Equal("open", asked.Text("question"));

        await Moderator.CallAsync("PATCH", $"{Questions}/{id}", """{"status":"answered"}""");
        var staged = await Moderator.CallAsync("PUT", Stage, $$"""{"commentID":"{{id}}"}""");
        Assert.Equal(("on-stage", id), (staged.Text("status"), staged.Text("commentID")));
        await Moderator.CallAsync("PUT", Stage, $$"""{"commentID":"{{id}}"}""");
        var cards = await viewer.EntriesToAsync(5, after: 3);
        Assert.Equal(["question", "stage"], cards.Select(entry => entry.GetProperty("card").Text("type")));
        Assert.Equal("answered", cards[0].GetProperty("card").GetProperty("state").Text("status"));
        Assert.Equal(("Why?", "answered"), (cards[1].GetProperty("comment").Text("commentText"), cards[1].GetProperty("comment").Text("question")));

        await using (var late = await WatchAsync(eventStream))
            Assert.Equal(id, (await late.NextAsync("hello")).GetProperty("event").GetProperty("stage").Text("commentID"));
        Assert.Equal(id, (await EventAsync()).GetProperty("stage").Text("commentID"));
        await using (var resumed = await WatchAsync(eventStream, "?after=start"))
            Assert.Equal(cards.Select(card => card.GetProperty("card").GetRawText()), (await resumed.EntriesToAsync(5, after: 0)).Skip(3).Select(entry => entry.GetProperty("card").GetRawText()));

        // Removed, it is on stage no more, and on no path.
        await Moderator.CallAsync("DELETE", $"/live/{_live}/comments/{id}");
        await viewer.EntriesToAsync(6, after: 5);
        Assert.False((await EventAsync()).TryGetProperty("stage", out _));
        await using (var resumed = await WatchAsync(eventStream, "?after=start"))
            Assert.DoesNotContain("Why?", string.Concat((await resumed.EntriesToAsync(6, after: 0)).Select(entry => entry.GetRawText())), StringComparison.Ordinal);
        await Moderator.RefusedAsync(Error.CommentRemoved, "PUT", Stage, $$"""{"commentID":"{{id}}"}""");
    }

    [Fact]
    public async Task A_recording_knows_what_was_on_stage_and_when_it_was_taken_off()
    {
        var (first, second) = (await CommentAsync("first"), await CommentAsync("second"));
        await Moderator.CallAsync("PUT", Stage, $$"""{"commentID":"{{first}}"}""");
        Assert.Equal("empty", (await Moderator.CallAsync("DELETE", Stage)).Text("status"));
        Assert.Equal("empty", (await Moderator.CallAsync("DELETE", Stage)).Text("status"));
        await Moderator.CallAsync("PUT", Stage, $$"""{"commentID":"{{second}}"}""");
        await Moderator.RefusedAsync(Error.CommentNotFound, "PUT", Stage, """{"commentID":"nonsense"}""");
        await Viewer().RefusedAsync(Error.Forbidden, "PUT", Stage, $$"""{"commentID":"{{second}}"}""");
        var stage = (await _server.Anonymous.CallAsync("GET", $"/live/{_live}/replay")).GetProperty("stage").EnumerateArray().ToList();
        Assert.Equal(["first", "second"], stage.Select(one => one.GetProperty("comment").Text("commentText")));
        Assert.True(stage[0].GetProperty("toMs").GetInt64() <= stage[1].GetProperty("fromMs").GetInt64());
        Assert.False(stage[1].TryGetProperty("toMs", out _));
        var audit = (await Moderator.CallAsync("GET", $"/live/{_live}/moderation/audit")).EnumerateArray().Where(entry => entry.Text("action") == "change-stage").ToList();
        Assert.Equal(3, audit.Count);
    }

    [Fact]
    public async Task A_question_that_waits_for_a_moderator_is_one_when_it_is_placed()
    {
        await _server.As(Role.Administrator).CallAsync("PATCH", $"/live/{_live}/moderation/modes", """{"reviewEverything":true}""");
        var held = await Viewer().CallAsync("POST", $"/live/{_live}/comments", """{"commentText":"Why?","question":true}""", HttpStatusCode.Accepted);
        var waiting = Assert.Single((await Moderator.CallAsync("GET", $"/live/{_live}/moderation/queue")).EnumerateArray());
        Assert.Contains("\"question\":\"open\"", waiting.GetRawText(), StringComparison.Ordinal);
        await ListsAsync("");
        await Moderator.CallAsync("POST", $"/live/{_live}/moderation/decisions", $$"""{"action":"approve","commentIDs":["{{held.Text("commentID")}}"]}""");
        await ListsAsync("?status=open", "Why?");
    }

    [Fact]
    public async Task A_welcome_is_text_of_at_most_500_characters_that_everybody_is_told()
    {
        using var administrator = _server.As(Role.Administrator);
        var longest = new string('\u00e9', 500);
        foreach (var (given, kept) in new[] { ("Be kind.\n<b>", "Be kind.\n<b>"), ($"  {longest} ", longest), (" \n ", (string?)null), (null, null) })
        {
            await administrator.CallAsync("PATCH", $"/events/{_live}", JsonSerializer.Serialize(new { settings = new { welcome = given } }));
            Assert.Equal(kept, (await EventAsync()).GetProperty("settings").TryGetProperty("welcome", out var welcome) ? welcome.GetString() : null);
        }
        foreach (var wrong in new object[] { longest + "x", "a\u0000", 5, new[] { "a" } })
            await administrator.RefusedAsync(Error.InvalidEvent, "PATCH", $"/events/{_live}", JsonSerializer.Serialize(new { settings = new { welcome = wrong } }));
    }

    private HttpClient Moderator => _server.As(Role.Viewer, _moderator);

    private HttpClient Viewer() => _server.As(Role.Viewer);

    private async Task<string> AskAsync(string text) =>
        (await Viewer().CallAsync("POST", $"/live/{_live}/comments", $$"""{"commentText":"{{text}}","question":true}""", HttpStatusCode.Created)).Text("commentID")!;

    private async Task<string> CommentAsync(string text) => (await Viewer().CommentAsync(_live, text)).Text("commentID")!;

    private async Task LikeAsync(string comment, int people)
    {
        for (var i = 0; i < people; i++)
            await Viewer().CallAsync("POST", $"/live/{_live}/comments/{comment}/reactions", """{"reactionType":"like"}""");
    }

    private async Task<JsonElement> WithKeyAsync(UserId user, string key, bool question)
    {
        using var answer = await SendWithKeyAsync(user, key, question);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private async Task<HttpResponseMessage> SendWithKeyAsync(UserId user, string key, bool question)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/live/{_live}/comments")
        {
            Content = new StringContent($$"""{"commentText":"Why?"{{(question ? ",\"question\":true" : "")}}}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", key);
        return await _server.As(Role.Viewer, user).SendAsync(request);
    }

    /// <summary>A list is at most a second old.</summary>
    private Task ListsAsync(string query, params string[] texts) =>
        Http.EventuallyAsync(async () => Texts(await _server.Anonymous.CallAsync("GET", Questions + query)).SequenceEqual(texts), $"the questions are {string.Join(", ", texts)}");

    private Task<JsonElement> OneAsync(string comment) => _server.Anonymous.CallAsync("GET", $"/live/{_live}/comments/{comment}");

    private Task<JsonElement> EventAsync() => _server.Anonymous.CallAsync("GET", $"/events/{_live}");

    private Task<StreamClient> WatchAsync(bool eventStream, string query = "") => eventStream ? StreamClient.EventStreamAsync(_server, _live, query) : StreamClient.WebSocketAsync(_server, _live, query);

    private static List<string> Texts(JsonElement comments) => [.. comments.EnumerateArray().Select(comment => comment.Text("commentText")!)];
}
