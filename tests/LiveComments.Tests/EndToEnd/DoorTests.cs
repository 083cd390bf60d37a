using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Server.Demo;
using LiveComments.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>One rule for every door: the same request gets the same answer, costs the same and is counted the same, wherever it comes in.</summary>
public sealed class DoorTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private string _live = null!, _slow = null!, _ended = null!, _scheduled = null!, _elsewhere = null!, _picky = null!, _emoji = null!;

    public async Task InitializeAsync()
    {
        // So slow that nobody gets a second turn while a test runs.
        _server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:CommentsPerSecond=0.01", "--LiveComments:Limits:CommentBurst=3",
            "--LiveComments:Limits:ReactionsPerSecond=0.01", "--LiveComments:Limits:ReactionBurst=2");
        _live = await _server.GoLiveAsync();
        _elsewhere = await _server.GoLiveAsync();
        _slow = await _server.GoLiveAsync("""{"slowModeSeconds":600}""");
        _emoji = await _server.GoLiveAsync("""{"modes":{"emojiOnly":true}}""");
        _picky = await _server.GoLiveAsync("""{"reactionTypes":["like"]}""");
        _ended = await _server.GoLiveAsync();
        using var administrator = _server.As(Role.Administrator);
        _scheduled = (await administrator.CallAsync("POST", "/events", """{"title":"A","eventType":"news","startTime":"2030-01-31T20:00:00Z"}""", HttpStatusCode.Created)).Text("eventID")!;
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_same_request_is_answered_charged_and_counted_the_same_at_every_door()
    {
        using var moderator = _server.As(Role.Moderator);
        var (here, removed) = ((await moderator.CommentAsync(_live, "here")).Text("commentID")!, (await moderator.CommentAsync(_live, "gone")).Text("commentID")!);
        await moderator.CallAsync("DELETE", $"/live/{_live}/comments/{removed}");
        using var another = _server.As(Role.Moderator);
        var (there, liked) = ((await another.CommentAsync(_elsewhere, "there")).Text("commentID")!, (await another.CommentAsync(_picky, "liked")).Text("commentID")!);
        var over = (await another.CommentAsync(_ended, "over")).Text("commentID")!;
        await _server.As(Role.Administrator).CallAsync("POST", $"/events/{_ended}/end");
        var nobody = Guid.NewGuid().ToString();
        var spent = "placed placed placed rate-limited";
        Ask[] three = [new Comment("1"), new Comment("2"), new Comment("3"), new Comment("4")], two = [new React(here, "like"), new React(here, "wow"), new React(here, "love")];

        (string Event, string Expected, Ask[] Asks)[] table =
        [
            // What is refused by a rule costs nothing.
            (_live, spent, three),
            (_live, "text-empty text-too-long text-invalid " + spent, [new Comment(" "), new Comment(new string('x', 501)), new Comment("a\u0000b"), .. three]),
            (_live, "text-empty " + spent, [new Comment(null), .. three]),
            (_live, "invalid-idempotency-key " + spent, [new Comment("a", "no key"), .. three]),
            (_live, "parent-not-found " + spent, [new Comment("a", ReplyTo: "nonsense"), .. three]),
            (_live, "user-mismatch user-mismatch " + spent, [new Comment("a", UserId: nobody), new Comment("a", UserId: "me"), .. three]),
            (_scheduled, "event-not-live", [new Comment("a")]),
            (_ended, "event-not-live", [new Comment("a")]),
            // Of two faults the same one is named.
            (_live, "unauthenticated unauthenticated unauthenticated", [new Comment("", "no key"), new React(here, "meh"), new React(nobody, null)]),
            (_live, "invalid-idempotency-key", [new Comment("", "no key", "nonsense")]),
            (_live, "parent-not-found", [new Comment("", ReplyTo: "nonsense")]),
            (_ended, "text-empty", [new Comment("")]),
            (_ended, "parent-not-found", [new Comment("a", ReplyTo: "nonsense")]),
            // What the log refuses costs a place among the comments of a minute, and no turn of slow mode.
            (_live, "parent-not-found parent-not-found parent-removed rate-limited", [new Comment("a", ReplyTo: nobody), new Comment("a", ReplyTo: there), new Comment("a", ReplyTo: removed), new Comment("a")]),
            (_live, "placed placed idempotency-key-reused rate-limited", [new Comment("a", "key"), new Comment("a", "key"), new Comment("b", "key"), new Comment("a")]),
            (_slow, "placed slow-mode", [new Comment("a"), new Comment("b")]),
            (_slow, "placed placed slow-mode", [new Comment("a", "key"), new Comment("a", "key"), new Comment("b", "other")]),
            (_slow, "parent-not-found placed slow-mode", [new Comment("a", ReplyTo: nobody), new Comment("b"), new Comment("c")]),
            (_emoji, "room-mode room-mode placed rate-limited", [new Comment("a"), new Comment("a", "key"), new Comment("🎉"), new Comment("🎉")]),

            (_live, "stored stored rate-limited", two),
            (_live, "stored stored rate-limited", [new React(here, "like"), new React(here, null), new React(here, "like")]),
            (_live, "unknown-reaction unknown-reaction unknown-reaction stored stored rate-limited", [new React(here, "meh"), new React(here, ""), new React(here, React.Missing), .. two]),
            (_picky, "unknown-reaction unknown-reaction stored stored rate-limited", [new React(liked, "wow"), new React(liked, "sad"), new React(liked, "like"), new React(liked, null), new React(liked, "like")]),
            (_live, "comment-not-found stored stored rate-limited", [new React("nonsense", "like"), .. two]),
            (_live, "user-mismatch stored stored rate-limited", [new React(here, "like", UserId: nobody), .. two]),
            (_live, "comment-not-found comment-not-found rate-limited", [new React(nobody, "like"), new React(there, "like"), new React(here, "like")]),
            (_live, "comment-not-found stored rate-limited", [new React(removed, "like"), new React(here, "like"), new React(here, "like")]),
            (_ended, "event-not-live event-not-live event-not-live", [new React(over, "like"), new React(over, null), new React(over, "wow")]),
            (_live, "comment-not-found", [new React("nonsense", "meh")]),
            (_ended, "unknown-reaction", [new React(over, "meh")]),
            (_picky, "unknown-reaction", [new React(nobody, "wow")]),
        ];

        using var counted = new Outcomes(_server);
        var wrong = new List<string>();
        foreach (var (live, expected, asks) in table)
        {
            var anonymous = expected.StartsWith(Error.Unauthenticated.Code, StringComparison.Ordinal);
            var (http, socket) = (await HttpAsync(anonymous ? null : _server.Token(), live, asks), await SocketAsync(anonymous ? null : _server.Token(), live, asks));
            if (http != expected || socket != expected)
                wrong.Add($"{string.Join(", ", asks.AsEnumerable())}: {expected} was expected, HTTP said {http}, WebSocket {socket}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Equal(counted.Of("http"), counted.Of("websocket"));
        Assert.Contains("comments slow-mode 3", counted.Of("http"));
    }

    [Fact]
    public async Task Slow_mode_holds_for_who_writes_by_turns_in_two_events()
    {
        var other = await _server.GoLiveAsync("""{"slowModeSeconds":600}""");
        var me = new UserId(Guid.NewGuid());
        using var author = _server.As(Role.Viewer, me);
        await author.CommentAsync(_slow, "here");
        await author.CommentAsync(other, "there");
        await author.RefusedAsync(Error.SlowMode, "POST", $"/live/{_slow}/comments", """{"commentText":"here again"}""");
    }

    [Fact]
    public async Task The_people_of_the_demo_react_as_the_event_allows_and_are_counted_as_everybody()
    {
        var live = await _server.GoLiveAsync("""{"reactionTypes":["sad"]}""");
        Assert.True(EventId.TryParse(live, out var id));
        using var counted = new Outcomes(_server);
        // More people than the limits let write once: what they may not is not written.
        var people = People.Create(100, new Random(1));
        await ActivatorUtilities.CreateInstance<Crowd>(_server.Services, people, new Random(1)).PlayAsync(id, TimeSpan.FromMinutes(3), (_, _) => Task.CompletedTask, CancellationToken.None);
        var comments = await _server.Anonymous.CommentsAsync(live);
        Assert.NotEmpty(comments);
        Assert.Contains(comments, comment => comment.GetProperty("reactions").EnumerateObject().Any());
        Assert.All(comments.SelectMany(comment => comment.GetProperty("reactions").EnumerateObject()), count => Assert.Equal("sads", count.Name));
        Assert.Contains($"comments placed {comments.Count}", counted.Of("demo"));
        Assert.Contains(counted.Of("demo"), count => count.StartsWith("reactions stored ", StringComparison.Ordinal));
        Assert.Contains(counted.Of("demo"), count => count.StartsWith("reactions unknown-reaction ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Removals_and_pins_are_counted_by_what_became_of_them()
    {
        using var moderator = _server.As(Role.Moderator);
        var comment = (await moderator.CommentAsync(_live, "mine")).Text("commentID")!;
        using var counted = new Outcomes(_server);
        using var viewer = _server.As(Role.Viewer);
        var path = $"/live/{_live}/comments/{comment}";
        await viewer.RefusedAsync(Error.Forbidden, "DELETE", path);
        await viewer.RefusedAsync(Error.CommentNotFound, "DELETE", $"/live/{_live}/comments/nonsense");
        await viewer.RefusedAsync(Error.EventNotFound, "DELETE", $"/live/{Guid.NewGuid()}/comments/{comment}");
        var pinned = $"/live/{_live}/moderation/pinned";
        await viewer.RefusedAsync(Error.Forbidden, "PUT", pinned, $$"""{"commentID":"{{comment}}"}""");
        await viewer.RefusedAsync(Error.Forbidden, "DELETE", pinned);
        await moderator.RefusedAsync(Error.CommentNotFound, "PUT", pinned, """{"commentID":"nonsense"}""");
        await moderator.CallAsync("PUT", pinned, $$"""{"commentID":"{{comment}}"}""");
        await moderator.CallAsync("DELETE", pinned);
        await moderator.CallAsync("DELETE", path);
        await moderator.CallAsync("DELETE", path);
        Assert.Equal(["pins comment-not-found 1", "pins forbidden 2", "pins placed 2", "removals comment-not-found 1", "removals event-not-found 1", "removals forbidden 1", "removals placed 1", "removals repeated 1"],
            counted.Of("http"));
    }

    private async Task<string> HttpAsync(string? token, string live, Ask[] asks)
    {
        using var client = _server.Client(token);
        var answers = new List<string>();
        foreach (var ask in asks)
        {
            using var request = ask switch
            {
                Comment comment => new HttpRequestMessage(HttpMethod.Post, $"/live/{live}/comments") { Content = JsonContent.Create(new { commentText = comment.Text, replyToCommentID = comment.ReplyTo, userID = comment.UserId }) },
                React { Type: null } react => new HttpRequestMessage(HttpMethod.Delete, $"/live/{live}/comments/{react.To}/reactions"),
                React react => new HttpRequestMessage(HttpMethod.Post, $"/live/{live}/comments/{react.To}/reactions") { Content = react.Type == React.Missing ? JsonContent.Create(new { }) : JsonContent.Create(new { reactionType = react.Type, userID = react.UserId }) },
                _ => throw new InvalidOperationException(),
            };
            if (ask is Comment { Key: var key })
                request.Headers.Add("Idempotency-Key", key ?? "k" + answers.Count);
            using var answer = await client.SendAsync(request);
            answers.Add(answer.IsSuccessStatusCode ? ask.Done : JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Text("code")!);
        }
        return string.Join(' ', answers);
    }

    private async Task<string> SocketAsync(string? token, string live, Ask[] asks)
    {
        await using var socket = await StreamClient.WebSocketAsync(_server, live, token: token);
        var answers = new List<string>();
        foreach (var ask in asks)
        {
            var id = "k" + answers.Count;
            await socket.SendAsync(ask switch
            {
                Comment comment => new { type = "comment", id = comment.Key ?? id, commentText = comment.Text, replyToCommentID = comment.ReplyTo, userID = comment.UserId },
                React { Type: React.Missing } react => new { type = "reaction", id, commentID = react.To },
                React react => (object)new { type = "reaction", id, commentID = react.To, reactionType = react.Type, userID = react.UserId },
                _ => throw new InvalidOperationException(),
            });
            JsonElement message;
            do
                message = (await socket.NextAsync())!.Value;
            while (message.Text("type") is not ("ack" or "acks" or "error"));
            answers.Add(message.Text("type") == "error" ? message.Text("code")! : ask.Done);
        }
        return string.Join(' ', answers);
    }

    /// <summary>Something a person asks for, in the words of no door.</summary>
    private abstract record Ask(string Done);

    /// <param name="Key">Null for one of its own.</param>
    private sealed record Comment(string? Text, string? Key = null, string? ReplyTo = null, string? UserId = null) : Ask("placed");

    /// <param name="Type">Null takes it back.</param>
    private sealed record React(string To, string? Type, string? UserId = null) : Ask("stored")
    {
        /// <summary>A type that is not there at all.</summary>
        public const string Missing = "(missing)";
    }

    /// <summary>What the server counts at its doors from now on.</summary>
    private sealed class Outcomes : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly SortedDictionary<(string Door, string What), long> _counts = [];

        public Outcomes(TestServer server)
        {
            var meter = server.Services.GetRequiredService<IMeterFactory>().LiveComments();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == meter && instrument.Name is "livecomments.comments" or "livecomments.reactions" or "livecomments.removals" or "livecomments.pins")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
            {
                string door = "", outcome = "";
                foreach (var (name, value) in tags)
                    (door, outcome) = name == "door" ? ((string)value!, outcome) : (door, (string)value!);
                lock (_counts)
                    _counts[(door, $"{instrument.Name["livecomments.".Length..]} {outcome}")] = _counts.GetValueOrDefault((door, $"{instrument.Name["livecomments.".Length..]} {outcome}")) + count;
            });
            _listener.Start();
        }

        /// <summary>As <c>comments placed 3</c>, in order.</summary>
        public IReadOnlyList<string> Of(string door)
        {
            lock (_counts)
                return [.. _counts.Where(count => count.Key.Door == door).Select(count => $"{count.Key.What} {count.Value}")];
        }

        public void Dispose() => _listener.Dispose();
    }
}
