using System.Net;
using System.Text.Json;
using LiveComments.Accounts;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Writing over HTTP: comments, replies, reactions, mentions, removals. Whatever the store.</summary>
public abstract class PostingSpec(SharedServer shared)
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task A_hundred_posts_at_once_with_one_key_give_one_comment()
    {
        var live = await _server.GoLiveAsync();
        using var author = _server.As(Role.Viewer);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => author.CommentAsync(live, "once", "key-1")));
        Assert.Single(answers.Select(answer => answer.GetRawText()).Distinct());
        Assert.Single(await _server.Anonymous.CommentsAsync(live));
    }

    [Fact]
    public async Task A_key_belongs_to_its_user_its_event_and_its_body()
    {
        var live = await _server.GoLiveAsync();
        using var author = _server.As(Role.Viewer);
        using var other = _server.As(Role.Viewer);
        var first = await author.CommentAsync(live, "mine", "key");
        var second = await other.CommentAsync(live, "mine", "key");
        Assert.NotEqual(first.Text("commentID"), second.Text("commentID"));
        Assert.NotEqual(first.Text("commentID"), (await author.CommentAsync(await _server.GoLiveAsync(), "mine", "key")).Text("commentID"));
        using (var reused = await author.SendCommentAsync(live, "something else", "key"))
            await ProblemAsync(Error.IdempotencyKeyReused, reused);
        using (var reused = await author.SendCommentAsync(live, "mine", "key", replyTo: second.Text("commentID")))
            await ProblemAsync(Error.IdempotencyKeyReused, reused);
        foreach (var key in new[] { "", "with space", new string('k', 65), "k%C3%A4" })
            using (var bad = await author.SendCommentAsync(live, "mine", key))
                await ProblemAsync(Error.InvalidIdempotencyKey, bad);
    }

    [Fact]
    public async Task Answers_say_how_long_they_are_and_are_not_sent_as_chunks()
    {
        var live = await _server.GoLiveAsync();
        using var author = _server.As(Role.Viewer);
        using var posted = await author.SendCommentAsync(live, "in one piece");
        using var page = await author.SendAsync("GET", $"/live/{live}/comments");
        using var refused = await author.SendCommentAsync(live, "");
        foreach (var (answer, status) in new[] { (posted, HttpStatusCode.Created), (page, HttpStatusCode.OK), (refused, HttpStatusCode.BadRequest) })
        {
            Assert.Equal(status, answer.StatusCode);
            Assert.NotEqual(true, answer.Headers.TransferEncodingChunked);
            Assert.True(answer.Content.Headers.TryGetValues("Content-Length", out _));
        }
    }

    [Fact]
    public async Task A_retry_after_the_event_has_ended_gets_the_first_answer()
    {
        var live = await _server.GoLiveAsync();
        using var author = _server.As(Role.Viewer);
        var first = await author.CommentAsync(live, "last words", "key");
        await _server.As(Role.Administrator).CallAsync("POST", $"/events/{live}/end");
        Assert.Equal(first.GetRawText(), (await author.CommentAsync(live, "last words", "key")).GetRawText());
        foreach (var key in new[] { "another", null })
            using (var late = await author.SendCommentAsync(live, "too late", key))
                await ProblemAsync(Error.EventNotLive, late);
    }

    [Fact]
    public async Task A_userID_in_a_body_is_the_tokens_or_refused()
    {
        var live = await _server.GoLiveAsync();
        var me = new UserId(Guid.NewGuid());
        using var author = _server.As(Role.Viewer, me);
        var posted = await author.CallAsync("POST", $"/live/{live}/comments", $$"""{"commentText":"a","userID":"{{me}}"}""", HttpStatusCode.Created);
        var path = $"/live/{live}/comments/{posted.Text("commentID")}/reactions";
        await author.CallAsync("POST", path, $$"""{"reactionType":"like","userID":"{{me}}"}""");
        foreach (var userId in new[] { Guid.NewGuid().ToString(), "me", "" })
        {
            await author.RefusedAsync(Error.UserMismatch, "POST", $"/live/{live}/comments", $$"""{"commentText":"a","userID":"{{userId}}"}""");
            await author.RefusedAsync(Error.UserMismatch, "POST", path, $$"""{"reactionType":"like","userID":"{{userId}}"}""");
        }
    }

    [Fact]
    public async Task A_body_that_is_not_what_is_asked_for_is_refused()
    {
        var live = await _server.GoLiveAsync();
        var path = $"/live/{live}/comments";
        using var author = _server.As(Role.Viewer);
        await _server.Anonymous.RefusedAsync(Error.Unauthenticated, "POST", path, """{"commentText":"a"}""");
        foreach (var body in new[] { "", "{", "[]", "null", "\"text\"", """{"commentText":1}""", """{"commentText":"\ud800"}""", """{"commentText":"a"} b""", "{\"a\":" + string.Concat(Enumerable.Repeat("[", 20)) + string.Concat(Enumerable.Repeat("]", 20)) + "}" })
            await author.RefusedAsync(Error.InvalidJson, "POST", path, body);
        await author.RefusedAsync(Error.BodyTooLarge, "POST", path, $$"""{"commentText":"a","x":"{{new string('x', 40_000)}}"}""");
        await author.RefusedAsync(Error.UnsupportedMediaType, "POST", path, """{"commentText":"a"}""", "text/plain");
        await author.RefusedAsync(Error.InvalidRequest, "POST", path, """{"commentText":"a","client":{"platform":"a platform with a name far too long"}}""");
        await author.RefusedAsync(Error.TextEmpty, "POST", path, "{}");
        await author.RefusedAsync(Error.TextEmpty, "POST", path, """{"commentText":" \n\t "}""");
        await author.RefusedAsync(Error.TextTooLong, "POST", path, JsonSerializer.Serialize(new { commentText = new string('x', 501) }));
        await author.RefusedAsync(Error.TextTooLong, "POST", path, JsonSerializer.Serialize(new { commentText = string.Concat(Enumerable.Repeat("👨‍👩‍👧‍👦", 200)) }));
        await author.RefusedAsync(Error.TextInvalid, "POST", path, """{"commentText":"a\u0000b"}""");
        Assert.Empty(await _server.Anonymous.CommentsAsync(live));
        var longest = string.Concat(Enumerable.Repeat("🙂", 500));
        await author.CommentAsync(live, longest);
        Assert.Equal(longest, Assert.Single(await _server.Anonymous.CommentsAsync(live)).Text("commentText"));
    }

    [Fact]
    public async Task Only_an_event_that_is_live_takes_comments()
    {
        using var author = _server.As(Role.Viewer);
        const string body = """{"commentText":"a"}""";
        await author.RefusedAsync(Error.EventNotFound, "POST", $"/live/{Guid.NewGuid()}/comments", body);
        await author.RefusedAsync(Error.EventNotFound, "POST", "/live/no-such-event/comments", body);
        using var administrator = _server.As(Role.Administrator);
        var scheduled = (await administrator.CallAsync("POST", "/events", """{"title":"A","eventType":"news","startTime":"2030-01-31T20:00:00Z"}""", HttpStatusCode.Created)).Text("eventID")!;
        await author.RefusedAsync(Error.EventNotLive, "POST", $"/live/{scheduled}/comments", body);
        await administrator.CallAsync("POST", $"/events/{scheduled}/start");
        await author.CommentAsync(scheduled, "now");
        await administrator.CallAsync("POST", $"/events/{scheduled}/end");
        await author.RefusedAsync(Error.EventNotLive, "POST", $"/live/{scheduled}/comments", body);
    }

    [Fact]
    public async Task Replies_belong_to_the_thread_of_the_comment_they_answer()
    {
        var live = await _server.GoLiveAsync();
        using var author = _server.As(Role.Viewer);
        var root = (await author.CommentAsync(live, "root")).Text("commentID")!;
        var reply = (await author.CommentAsync(live, "reply", replyTo: root)).Text("commentID")!;
        await author.CommentAsync(live, "reply to the reply", replyTo: reply);
        var thread = await _server.Anonymous.CommentsAsync(live, $"?parent={root}");
        Assert.All(thread, comment => Assert.Equal(root, comment.Text("replyToCommentID")));
        Assert.Equal(2, thread.Count);
        Assert.Equal(2, (await _server.Anonymous.CallAsync("GET", $"/live/{live}/comments/{root}")).GetProperty("replyCount").GetInt32());

        foreach (var unknown in new[] { Guid.NewGuid().ToString(), "nonsense", (await author.CommentAsync(await _server.GoLiveAsync(), "elsewhere")).Text("commentID")! })
            using (var lost = await author.SendCommentAsync(live, "lost", replyTo: unknown))
                await ProblemAsync(Error.ParentNotFound, lost);
        await author.CallAsync("DELETE", $"/live/{live}/comments/{reply}");
        using (var late = await author.SendCommentAsync(live, "late", replyTo: reply))
            await ProblemAsync(Error.ParentRemoved, late);
        Assert.Equal(1, (await _server.Anonymous.CallAsync("GET", $"/live/{live}/comments/{root}")).GetProperty("replyCount").GetInt32());
    }

    [Fact]
    public async Task One_person_has_one_reaction_to_a_comment()
    {
        var live = await _server.GoLiveAsync("""{"reactionTypes":["like","wow"]}""");
        using var one = _server.As(Role.Viewer);
        using var two = _server.As(Role.Viewer);
        var comment = (await one.CommentAsync(live, "a")).Text("commentID");
        var path = $"/live/{live}/comments/{comment}/reactions";
        async Task CountsAsync(HttpClient client, string method, string? type, string counts) =>
            Assert.Equal(counts, (await client.CallAsync(method, path, type is null ? null : $$"""{"reactionType":"{{type}}"}""")).GetProperty("reactionCount").GetRawText());

        await CountsAsync(one, "DELETE", null, "{}");
        await CountsAsync(one, "POST", "like", """{"likes":1}""");
        await CountsAsync(one, "POST", "like", """{"likes":1}""");
        await CountsAsync(two, "POST", "wow", """{"likes":1,"wows":1}""");
        await CountsAsync(one, "POST", "wow", """{"wows":2}""");
        await CountsAsync(one, "DELETE", null, """{"wows":1}""");
        await CountsAsync(one, "DELETE", null, """{"wows":1}""");
        foreach (var unknown in new[] { "love", "Like", "likes", "" })
            await one.RefusedAsync(Error.UnknownReaction, "POST", path, $$"""{"reactionType":"{{unknown}}"}""");
        await one.RefusedAsync(Error.CommentNotFound, "POST", $"/live/{live}/comments/{Guid.NewGuid()}/reactions", """{"reactionType":"like"}""");
        await one.RefusedAsync(Error.CommentNotFound, "POST", $"/live/{await _server.GoLiveAsync()}/comments/{comment}/reactions", """{"reactionType":"like"}""");
        await _server.Anonymous.RefusedAsync(Error.Unauthenticated, "DELETE", path);
    }

    [Fact]
    public async Task Counts_are_exact_after_fifty_people_reacted_at_once_and_are_shown_conflated()
    {
        var live = await _server.GoLiveAsync();
        using var author = _server.As(Role.Viewer);
        var comments = new List<string>();
        for (var i = 0; i < 3; i++)
            comments.Add((await author.CommentAsync(live, "a" + i)).Text("commentID")!);
        await using var viewer = await StreamClient.WebSocketAsync(_server, live);
        await viewer.NextAsync("hello");

        string?[] types = ["like", "love", "haha", "wow", "sad", "angry", null];
        var last = new string?[50, 3];
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async user =>
        {
            var random = new Random(user);
            await using var socket = await StreamClient.WebSocketAsync(_server, live, token: _server.Token());
            for (var i = 0; i < 30; i++)
            {
                var (comment, type) = (random.Next(3), types[random.Next(types.Length)]);
                last[user, comment] = type;
                await socket.SendAsync(new { type = "reaction", id = $"r{i}", commentID = comments[comment], reactionType = type });
            }
            var answered = new HashSet<string>();
            while (answered.Count < 30)
                answered.UnionWith((await socket.NextAsync("acks")).GetProperty("ids").EnumerateArray().Select(id => id.GetString()!));
        }));

        var expected = comments.Select((_, c) => string.Join(",", Enumerable.Range(0, 50).Select(user => last[user, c]).OfType<string>().GroupBy(type => type).Select(group => $"{group.Key}={group.Count()}").Order())).ToList();
        var shown = new string?[3];
        var versions = new long[3];
        var frames = 0;
        while (!shown.SequenceEqual(expected))
        {
            var frame = await viewer.NextAsync("reactions");
            frames++;
            foreach (var count in frame.GetProperty("counts").EnumerateArray())
            {
                var which = comments.IndexOf(count.Text("commentID")!);
                Assert.True(count.GetProperty("version").GetInt64() > versions[which], "A version did not grow.");
                versions[which] = count.GetProperty("version").GetInt64();
                shown[which] = Counts(count.GetProperty("reactions"));
            }
        }
        // However long it took: never more than one in 250 ms.
        Assert.True(frames <= TimeProvider.System.GetElapsedTime(started) / TimeSpan.FromMilliseconds(250) + 1, $"{frames} frames");
        for (var i = 0; i < 3; i++)
            Assert.Equal(expected[i], Counts((await _server.Anonymous.CallAsync("GET", $"/live/{live}/comments/{comments[i]}")).GetProperty("reactions")));

        static string Counts(JsonElement counts) => string.Join(",", counts.EnumerateObject().Select(count => $"{(count.Name == "angries" ? "angry" : count.Name[..^1])}={count.Value.GetInt32()}").Order());
    }

    [Fact]
    public async Task Somebody_mentioned_is_told_wherever_they_watch_and_finds_it_listed()
    {
        var (live, elsewhere) = (await _server.GoLiveAsync(), await _server.GoLiveAsync());
        var hidden = await _server.GoLiveAsync("""{"visibility":"private"}""");
        var called = new UserId(Guid.NewGuid());
        using var mentioned = _server.As(Role.Viewer, called);
        await mentioned.CommentAsync(elsewhere, "here I am");
        var name = (await _server.Anonymous.CommentsAsync(elsewhere))[0].Text("username");
        await using var socket = await StreamClient.WebSocketAsync(_server, elsewhere, token: _server.Token(user: called));
        await using var events = await StreamClient.EventStreamAsync(_server, elsewhere, token: _server.Token(user: called));
        await using var stranger = await StreamClient.WebSocketAsync(_server, elsewhere, token: _server.Token());
        foreach (var stream in new[] { socket, events, stranger })
            await stream.NextAsync("hello");

        // Of an event they may not read they are told nothing.
        using var moderator = _server.As(Role.Moderator);
        await moderator.CommentAsync(hidden, $"a secret, @{name}");
        var posted = await _server.As(Role.Viewer).CommentAsync(live, $"hello @{name!.ToUpperInvariant()}, and mail x@{name}");
        foreach (var stream in new[] { socket, events })
        {
            var mention = await stream.NextAsync("mention");
            Assert.Equal(live, mention.Text("videoID"));
            Assert.Equal(posted.Text("commentID"), mention.GetProperty("comment").Text("commentID"));
            Assert.Equal(called.ToString(), Assert.Single(mention.GetProperty("comment").GetProperty("mentions").EnumerateArray()).Text("userID"));
        }
        Assert.Equal(posted.Text("commentID"), Assert.Single((await mentioned.CallAsync("GET", "/me/mentions")).EnumerateArray()).GetProperty("comment").Text("commentID"));
        // What comes after it would have come behind a mention.
        await _server.As(Role.Viewer).CommentAsync(elsewhere, "the end");
        while ((await stranger.NextAsync())!.Value is var message && message.Text("type") != "batch")
            Assert.NotEqual("mention", message.Text("type"));

        // Its author is told too whom it names.
        Assert.Equal(called.ToString(), Assert.Single(posted.GetProperty("mentions").EnumerateArray()).Text("userID"));
        foreach (var (id, text) in new[] { ("first", $"by @{name}"), ("second", "by nobody"), ("first", $"by @{name}") })
        {
            await socket.SendAsync(new { type = "comment", id, commentText = text });
            Assert.Equal(id == "first", (await socket.NextAsync("ack")).TryGetProperty("mentions", out _));
        }
    }

    [Fact]
    public async Task A_comment_is_removed_by_its_author_or_a_moderator_and_removing_it_again_is_the_same()
    {
        var live = await _server.GoLiveAsync();
        Assert.True(EventId.TryParse(live, out var id));
        using var author = _server.As(Role.Viewer);
        var here = _server.As(Role.Moderator, moderatorOf: id);
        foreach (var remover in new[] { author, here, _server.As(Role.Moderator), _server.As(Role.Administrator) })
        {
            var path = $"/live/{live}/comments/{(await author.CommentAsync(live, "a")).Text("commentID")}";
            await _server.Anonymous.RefusedAsync(Error.Unauthenticated, "DELETE", path);
            await _server.As(Role.Viewer).RefusedAsync(Error.Forbidden, "DELETE", path);
            await _server.As(Role.Moderator, moderatorOf: new EventId(Guid.NewGuid())).RefusedAsync(Error.Forbidden, "DELETE", path);
            var first = await remover.CallAsync("DELETE", path);
            Assert.Equal("deleted", first.Text("status"));
            Assert.Equal(first.GetRawText(), (await here.CallAsync("DELETE", path)).GetRawText());
            await _server.Anonymous.RefusedAsync(Error.CommentNotFound, "GET", path);
        }
        await author.RefusedAsync(Error.CommentNotFound, "DELETE", $"/live/{live}/comments/{Guid.NewGuid()}");
        await author.RefusedAsync(Error.CommentNotFound, "DELETE", $"/live/{live}/comments/nonsense");
    }

    private static async Task ProblemAsync(Error error, HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == error.Status && JsonDocument.Parse(text).RootElement.Text("code") == error.Code, $"{(int)answer.StatusCode} {text} instead of {error.Code}");
    }
}
