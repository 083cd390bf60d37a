using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Server.Auth.Tokens;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>How streams begin, resume and end.</summary>
public sealed class StreamProtocolTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly TestServer _server = shared.Server;

    public static TheoryData<int, string> Violations => new()
    {
        { 1002, "8100" }, // no mask
        { 1002, "C18000000000" }, // a reserved bit
        { 1002, "838000000000" }, // a reserved opcode
        { 1002, "808000000000" }, // a continuation of nothing
        { 1002, "098000000000" }, // a ping in fragments
        { 1002, "81FE000100000000" }, // a length that is not the shortest
        { 1002, "88810000000003" }, // half a close code
        { 1002, "88820000000003ED" }, // the close code 1005
        { 1003, "828000000000" }, // binary
        { 1007, "818100000000FF" }, // not UTF-8
        { 1009, "81FF0000000000010000" }, // 64 KB announced
        { 1009, "01810000000061" + "80FF7FFFFFFFFFFFFFFF" }, // a length that overflows what has come
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task Who_breaks_the_protocol_is_closed_with_the_code_for_it(int code, string frames)
    {
        using var socket = await RawSocket.OpenAsync(_server, await _server.GoLiveAsync());
        await socket.JsonAsync("hello");
        await socket.SendAsync(Convert.FromHexString(frames));
        Assert.Equal(code, (await socket.CloseAsync()).Code);
        Assert.Null(await socket.FrameAsync());
    }

    [Fact]
    public async Task A_close_is_answered_with_its_code_and_a_ping_with_its_payload()
    {
        var live = await _server.GoLiveAsync();
        using (var socket = await RawSocket.OpenAsync(_server, live))
        {
            await socket.SendFrameAsync(0x89, "are you there"u8.ToArray());
            Assert.Equal("are you there"u8.ToArray(), await socket.FrameAsync(0x8A));
            await socket.SendFrameAsync(0x88, [0x0F, 0xA0, .. "done"u8]);
            Assert.Equal(4000, (await socket.CloseAsync()).Code);
            Assert.Null(await socket.FrameAsync());
        }
        using (var socket = await RawSocket.OpenAsync(_server, live))
        {
            await socket.SendFrameAsync(0x88, []);
            Assert.Equal(1000, (await socket.CloseAsync()).Code);
        }
    }

    [Fact]
    public async Task Messages_may_come_in_any_pieces()
    {
        using var socket = await RawSocket.OpenAsync(_server, await _server.GoLiveAsync());
        byte[] bytes = [.. RawSocket.Frame(0x01, """{"type":"""u8.ToArray()), .. RawSocket.Frame(0x89, []), .. RawSocket.Frame(0x80, """ "ping"}"""u8.ToArray()), .. RawSocket.Frame(0x81, Encoding.UTF8.GetBytes($$"""{"type":"ping","x":"{{new string('x', 30_000)}}"}"""))];
        foreach (var piece in bytes[..60].Chunk(1).Append(bytes[60..]))
            await socket.SendAsync(piece);
        await socket.FrameAsync(0x8A);
        await socket.JsonAsync("pong");
        await socket.JsonAsync("pong");
    }

    [Theory]
    [InlineData("invalid-json", "{")]
    [InlineData("invalid-json", "[]")]
    [InlineData("invalid-json", """{"type":"ping"} {}""")]
    [InlineData("invalid-json", """{"type":"comment","id":1}""")]
    [InlineData("invalid-json", """{"type":"comment","commentText":"\ud800"}""")]
    [InlineData("invalid-json", """{"type":"ping","x":[[[[[[[[[[]]]]]]]]]]}""")]
    [InlineData("invalid-request", "{}")]
    [InlineData("invalid-request", """{"type":"subscribe"}""")]
    [InlineData("invalid-idempotency-key", """{"type":"comment","commentText":"a"}""")]
    [InlineData("invalid-idempotency-key", """{"type":"comment","id":"a b","commentText":"a"}""")]
    [InlineData("unauthenticated", """{"type":"comment","id":"k","commentText":"a"}""")]
    [InlineData("unauthenticated", """{"type":"comment","id":"a b","commentText":"a"}""")]
    [InlineData("unauthenticated", """{"type":"reaction","commentID":"0198c0de-0000-7000-8000-00000000abcd","reactionType":"like"}""")]
    [InlineData("comment-not-found", """{"type":"reaction","commentID":"x","reactionType":"like"}""")]
    [InlineData("unknown-reaction", """{"type":"reaction","commentID":"0198c0de-0000-7000-8000-00000000abcd","reactionType":"meh"}""")]
    [InlineData("invalid-token", """{"type":"auth","token":"nonsense"}""")]
    [InlineData("invalid-token", """{"type":"auth"}""")]
    public async Task A_message_that_cannot_be_taken_is_answered_and_the_stream_goes_on(string code, string message)
    {
        await using var socket = await StreamClient.WebSocketAsync(_server, await _server.GoLiveAsync(), token: code == "unauthenticated" ? null : _server.Token());
        await socket.SendTextAsync(message);
        var error = await socket.NextAsync("error");
        Assert.Equal(code, error.Text("code"));
        // What is no id is not said back: it may be anything.
        Assert.DoesNotContain("a b", error.GetRawText());
        await socket.SendTextAsync("""{"type":"ping"}""");
        await socket.NextAsync("pong");
    }

    [Fact]
    public async Task A_stream_that_cannot_be_opened_says_why()
    {
        var live = await _server.GoLiveAsync();
        var path = $"/live/{live}/comments/stream";
        using var client = _server.Client(null);
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        await client.RefusedAsync(Error.EventNotFound, "GET", "/live/nothing-here/comments/stream");
        foreach (var after in new[] { "1", "1:2:3", "-1:2", "a:b", "1: 2", "1:99999999999999999999", "Start" })
            await client.RefusedAsync(Error.InvalidPosition, "GET", $"{path}?after={after}");
        await client.RefusedAsync(Error.InvalidParameter, "GET", $"{path}?sample=no");
        await client.RefusedAsync(Error.InvalidTicket, "GET", $"{path}?ticket=unknown");
        client.DefaultRequestHeaders.Add("Last-Event-ID", "nonsense");
        await client.RefusedAsync(Error.InvalidPosition, "GET", path);
        using var json = _server.Client(null);
        json.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        await json.RefusedAsync(Error.NotAcceptable, "GET", path);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_starts_where_it_is_told_to(bool sse)
    {
        var live = await _server.GoLiveAsync();
        using var author = _server.As(Role.Viewer);
        for (var i = 3; i <= 12; i++)
            await author.CommentAsync(live, "comment " + i);
        var epoch = (await _server.Anonymous.CommentsAsync(live))[0].Text("position")!.Split(':')[0];
        async Task StartsAsync(long seq, string query, string? lastEventId = null)
        {
            await using var viewer = sse ? await StreamClient.EventStreamAsync(_server, live, query, lastEventId: lastEventId) : await StreamClient.WebSocketAsync(_server, live, query);
            var hello = await viewer.NextAsync("hello");
            Assert.Equal($"{epoch}:{seq}", hello.Text("position"));
            Assert.Equal($"{epoch}:12", hello.Text("head"));
            await viewer.EntriesToAsync(12, seq);
            if (sse)
                Assert.Equal($"{epoch}:12", viewer.LastEventId);
        }

        await StartsAsync(12, "");
        await StartsAsync(12, "?after=");
        await StartsAsync(0, "?after=start");
        await StartsAsync(0, $"?after={epoch}:0");
        await StartsAsync(7, $"?after={epoch}:7");
        await StartsAsync(12, $"?after={epoch}:12");
        if (sse)
            await StartsAsync(9, $"?after={epoch}:4", $"{epoch}:9");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_cannot_resume_is_told_to_load_and_goes_on_from_there(bool sse)
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:ResumeEntries=100", "--LiveComments:Feeds:RingFrames=16");
        var live = await server.GoLiveAsync();
        await server.PlaceCommentsAsync(live, new UserId(Guid.NewGuid()), [.. Enumerable.Range(0, 150).Select(i => "comment " + i)]);
        var head = (await server.Anonymous.CommentsAsync(live))[^1].Text("position")!;
        var epoch = head.Split(':')[0];
        foreach (var (after, reason) in new[] { ("1:5", "epoch"), ($"{epoch}:999", "beyond-head"), ($"{epoch}:1", "too-far-behind"), ("start", "too-far-behind") })
        {
            await using var viewer = await OpenAsync(server, live, sse, $"?after={after}");
            Assert.Equal(head, (await viewer.NextAsync("hello")).Text("position"));
            var reset = await viewer.NextAsync("reset");
            Assert.Equal(reason, reset.Text("reason"));
            Assert.Equal(head, reset.Text("position"));
            Assert.NotEmpty((await server.Anonymous.CallAsync("GET", reset.Text("load")!)).EnumerateArray());
            var next = await server.As(Role.Viewer).CommentAsync(live, "goes on");
            var batch = await viewer.NextAsync("batch");
            Assert.Equal(head.Split(':')[1], (batch.GetProperty("from").GetInt64() - 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
            head = next.Text("position")!;
        }
        await using var near = await OpenAsync(server, live, sse, $"?after={epoch}:{head.Split(':')[1]}");
        await near.NextAsync("hello");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_nobody_watched_is_shown_to_the_first_who_resumes(bool sse)
    {
        var live = await _server.GoLiveAsync();
        await _server.PlaceCommentsAsync(live, new UserId(Guid.NewGuid()), [.. Enumerable.Range(0, 700).Select(i => "comment " + i)]);
        await using var viewer = await OpenAsync(_server, live, sse, "?after=start");
        Assert.Equal(702, (await viewer.EntriesToAsync(702, 0)).Count);
    }

    [Fact]
    public async Task Viewers_are_counted_and_a_full_event_admits_the_next_when_one_leaves()
    {
        var live = await _server.GoLiveAsync("""{"maxParticipants":2}""");
        await using var first = await StreamClient.WebSocketAsync(_server, live);
        Assert.Equal(1, (await first.NextAsync("hello")).GetProperty("viewers").GetInt32());
        var second = await StreamClient.EventStreamAsync(_server, live);
        Assert.Equal(2, (await second.NextAsync("hello")).GetProperty("viewers").GetInt32());
        while ((await first.NextAsync("viewers")).GetProperty("count").GetInt32() != 2)
        {
        }
        using var refused = await _server.Anonymous.SendAsync("GET", $"/live/{live}/comments/stream");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("event-full", await refused.Content.ReadAsStringAsync());
        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<WebSocketException>(() => StreamClient.WebSocketAsync(_server, live));
        Assert.Empty(await _server.Anonymous.CommentsAsync(live));

        await second.DisposeAsync();
        while ((await first.NextAsync("viewers")).GetProperty("count").GetInt32() != 1)
        {
        }
        await using var third = await StreamClient.WebSocketAsync(_server, live);
        Assert.Equal(2, (await third.NextAsync("hello")).GetProperty("viewers").GetInt32());
    }

    [Fact]
    public async Task A_private_event_has_a_stream_for_those_only_who_may_read_it()
    {
        var live = await _server.GoLiveAsync("""{"visibility":"private","maxParticipants":2}""");
        var participant = new UserId(Guid.NewGuid());
        await _server.As(Role.Administrator).CallAsync("PUT", $"/events/{live}/participants/{participant}", """{"role":"viewer"}""");
        using var moderator = _server.As(Role.Moderator);
        await moderator.CommentAsync(live, "a secret");

        // Nobody else takes a seat, or learns that there are any.
        foreach (var token in new[] { null, _server.Token() })
        {
            await Assert.ThrowsAsync<WebSocketException>(() => StreamClient.WebSocketAsync(_server, live, token: token));
            await _server.Client(token).RefusedAsync(Error.EventNotFound, "GET", $"/live/{live}/comments/stream");
        }
        // A browser's socket, which can send no header.
        var ticket = (await _server.As(Role.Viewer, participant).CallAsync("POST", "/auth/stream-ticket")).Text("ticket");
        await using var viewer = await StreamClient.WebSocketAsync(_server, live, $"?after=start&ticket={ticket}");
        Assert.Equal("hello", (await viewer.NextAsync())!.Value.Text("type"));
        Assert.Equal(3, (await viewer.EntriesToAsync(3, 0)).Count);
        await viewer.SendAsync(new { type = "auth", token = _server.Token(user: participant) });
        Assert.Equal(participant.ToString(), (await viewer.NextAsync("authenticated")).Text("userID"));
        await using var events = await StreamClient.EventStreamAsync(_server, live, token: _server.Token(user: participant));
        await events.NextAsync("hello");

        // Whoever is dismissed is closed as where the event is deleted.
        using (var answer = await _server.As(Role.Administrator).SendAsync("DELETE", $"/events/{live}/participants/{participant}"))
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await viewer.EndedAsync();
        Assert.Equal((4404, "event-not-found"), ((int)viewer.CloseStatus!, viewer.CloseReason));
        await events.EndedAsync();
    }

    [Fact]
    public async Task A_socket_that_shows_the_token_of_somebody_who_is_not_admitted_is_closed_where_the_event_has_become_private()
    {
        await using var server = await TestServer.StartAsync();
        var live = await server.GoLiveAsync();
        await using var socket = await StreamClient.WebSocketAsync(server, live);
        await socket.NextAsync("hello");
        await server.As(Role.Administrator).CallAsync("PATCH", $"/events/{live}", """{"settings":{"visibility":"private"}}""");
        await socket.SendAsync(new { type = "auth", token = server.Token() });
        await socket.EndedAsync();
        Assert.Equal((4404, "event-not-found"), ((int)socket.CloseStatus!, socket.CloseReason));
    }

    [Fact]
    public async Task Whoever_is_appointed_or_dismissed_learns_it_on_every_open_stream()
    {
        var (live, elsewhere) = (await _server.GoLiveAsync(), await _server.GoLiveAsync());
        var ann = new UserId(Guid.NewGuid());
        using var administrator = _server.As(Role.Administrator);
        await using var socket = await StreamClient.WebSocketAsync(_server, live, token: _server.Token(user: ann));
        await using var events = await StreamClient.EventStreamAsync(_server, live, token: _server.Token(user: ann));
        await using var other = await StreamClient.WebSocketAsync(_server, live, token: _server.Token());
        await using var there = await StreamClient.WebSocketAsync(_server, elsewhere, token: _server.Token(user: ann));
        foreach (var stream in new[] { socket, events, other, there })
            await stream.NextAsync("hello");
        // A page on server-sent events shows no token later on.
        Assert.Equal("viewer", (await events.NextAsync("authenticated")).Text("role"));
        foreach (var (method, body, role) in new[] { ("PUT", """{"role":"moderator"}""", "moderator"), ("DELETE", (string?)null, "viewer") })
        {
            using (await administrator.SendAsync(method, $"/events/{live}/participants/{ann}", body))
                foreach (var stream in new[] { socket, events })
                {
                    var told = await stream.NextAsync("authenticated");
                    Assert.Equal((ann.ToString(), role), (told.Text("userID"), told.Text("role")));
                }
        }
        // Nobody else hears of it: what comes next is the answer.
        foreach (var stream in new[] { other, there })
        {
            await stream.SendAsync(new { type = "ping" });
            while ((await stream.NextAsync())!.Value.Text("type") is var type and not "pong")
                Assert.NotEqual("authenticated", type);
        }
    }

    [Fact]
    public async Task An_event_that_becomes_private_is_closed_to_those_it_does_not_admit()
    {
        var live = await _server.GoLiveAsync();
        await using var anonymous = await StreamClient.WebSocketAsync(_server, live);
        await using var stranger = await StreamClient.WebSocketAsync(_server, live, token: _server.Token());
        await using var moderator = await StreamClient.WebSocketAsync(_server, live, token: _server.Token(Role.Moderator));
        await _server.As(Role.Administrator).CallAsync("PATCH", $"/events/{live}", """{"settings":{"visibility":"private"}}""");
        await anonymous.EndedAsync();
        await stranger.EndedAsync();
        Assert.Equal(4404, (int)anonymous.CloseStatus!);
        Assert.Equal(4404, (int)stranger.CloseStatus!);
        await _server.As(Role.Moderator).CommentAsync(live, "among us");
        while ((await moderator.NextAsync("batch")).GetProperty("entries")[0].Text("type") != "comment")
        {
        }
    }

    [Fact]
    public async Task A_message_that_fails_is_answered_that_it_is_the_server_s_fault_and_the_socket_goes_on()
    {
        BrokenAccounts accounts = null!;
        await using var server = await TestServer.StartAsync(builder =>
        {
            var store = builder.Services.Single(service => service.ServiceType == typeof(IAccountStore));
            builder.Services.Remove(store);
            builder.Services.AddSingleton(provider =>
            {
                var broken = DispatchProxy.Create<IAccountStore, BrokenAccounts>();
                accounts = (BrokenAccounts)(object)broken;
                accounts.Inner = (IAccountStore)ActivatorUtilities.CreateInstance(provider, store.ImplementationType!);
                return broken;
            });
        });
        var live = await server.GoLiveAsync();
        await using var socket = await StreamClient.WebSocketAsync(server, live, token: server.Token());
        await socket.NextAsync("hello");
        accounts.IsBroken = true;
        await socket.SendAsync(new { type = "comment", id = "k", commentText = "a" });
        var error = await socket.NextAsync("error");
        Assert.Equal(("k", "internal"), (error.Text("id"), error.Text("code")));
        accounts.IsBroken = false;
        await socket.SendAsync(new { type = "comment", id = "k", commentText = "a" });
        Assert.Equal("k", (await socket.NextAsync("ack")).Text("id"));
    }

    [Fact]
    public async Task An_event_that_is_deleted_ends_its_streams()
    {
        var live = await _server.GoLiveAsync();
        await using var socket = await StreamClient.WebSocketAsync(_server, live);
        await using var events = await StreamClient.EventStreamAsync(_server, live);
        await socket.NextAsync("hello");
        await events.NextAsync("hello");
        using (var answer = await _server.As(Role.Administrator).SendAsync("DELETE", $"/events/{live}"))
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await socket.EndedAsync();
        Assert.Equal((4404, "event-not-found"), ((int)socket.CloseStatus!, socket.CloseReason));
        await events.EndedAsync();
        await _server.Anonymous.RefusedAsync(Error.EventNotFound, "GET", $"/live/{live}/comments/stream");
    }

    [Fact]
    public async Task A_ticket_opens_one_stream()
    {
        var live = await _server.GoLiveAsync("""{"visibility":"private"}""");
        var ticket = (await _server.As(Role.Moderator).CallAsync("POST", "/auth/stream-ticket")).Text("ticket");
        await using var viewer = await StreamClient.EventStreamAsync(_server, live, $"?ticket={ticket}");
        await viewer.NextAsync("hello");
        await _server.Anonymous.RefusedAsync(Error.InvalidTicket, "GET", $"/live/{live}/comments/stream?ticket={ticket}");
    }

    [Fact]
    public async Task A_token_that_expires_leaves_an_anonymous_viewer_or_none()
    {
        var (open, hidden) = (await _server.GoLiveAsync(), await _server.GoLiveAsync("""{"visibility":"private"}"""));
        var (token, _) = _server.Services.GetRequiredService<TokenIssuer>().Issue(new UserId(Guid.NewGuid()), Role.Moderator, null, null, TimeSpan.FromSeconds(3));
        await using var there = await StreamClient.WebSocketAsync(_server, hidden, token: token);
        await using var here = await StreamClient.WebSocketAsync(_server, open, token: token);
        Assert.Equal("token-expired", (await here.NextAsync("error")).Text("code"));
        Assert.Equal("token-expired", (await there.NextAsync("error")).Text("code"));
        await there.EndedAsync();
        Assert.Equal(4401, (int)there.CloseStatus!);

        await here.SendAsync(new { type = "comment", id = "k", commentText = "a" });
        Assert.Equal("unauthenticated", (await here.NextAsync("error")).Text("code"));
        await here.SendAsync(new { type = "auth", token });
        Assert.Equal("token-expired", (await here.NextAsync("error")).Text("code"));
        await here.SendAsync(new { type = "auth", token = _server.Token() });
        await here.NextAsync("authenticated");
        await here.SendAsync(new { type = "comment", id = "k", commentText = "a" });
        await here.NextAsync("batch");
    }

    [Fact]
    public async Task Logging_out_acts_on_open_sockets()
    {
        var live = await _server.GoLiveAsync();
        var session = await _server.Anonymous.CallAsync("POST", "/auth/register", """{"username":"goes.out","email":"goes.out@example.org","password":"a long enough password"}""", HttpStatusCode.Created);
        await using var socket = await StreamClient.WebSocketAsync(_server, live, token: session.Text("token"));
        await socket.NextAsync("hello");
        using (var answer = await _server.Client(session.Text("token")).SendAsync("POST", "/auth/logout", "{}"))
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("invalid-token", (await socket.NextAsync("error")).Text("code"));
        await socket.SendAsync(new { type = "comment", id = "k", commentText = "a" });
        Assert.Equal("unauthenticated", (await socket.NextAsync("error")).Text("code"));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_log_in_that_ends_while_its_stream_is_opened_counts_for_nothing(bool sse, bool later)
    {
        Action? asked = null;
        await using var server = await TestServer.StartAsync(builder =>
        {
            var store = builder.Services.Single(service => service.ServiceType == typeof(IParticipants));
            builder.Services.Remove(store);
            builder.Services.AddSingleton(provider => WatchedParticipants.Of((IParticipants)ActivatorUtilities.CreateInstance(provider, store.ImplementationType!), () => asked?.Invoke()));
        });
        var live = await server.GoLiveAsync();
        var account = await server.Anonymous.CallAsync("POST", "/auth/register", """{"username":"goes.out","email":"goes.out@example.org","password":"a long enough password"}""", HttpStatusCode.Created);
        var token = account.Text("token")!;
        var (caller, _) = await server.Services.GetRequiredService<TokenVerifier>().VerifyAsync(token, default);
        // After the token was found good, and before anybody can tell the stream.
        asked = () => server.Services.GetRequiredService<SessionChecks>().Announce(caller!.SessionId!.Value);

        await using var viewer = sse ? await StreamClient.EventStreamAsync(server, live, token: token) : await StreamClient.WebSocketAsync(server, live, token: later ? null : token);
        if (later)
            await viewer.SendAsync(new { type = "auth", token });
        Assert.Equal("invalid-token", (await viewer.NextAsync("error")).Text("code"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_WebSocket_is_opened_over_HTTP2_too(bool deflate)
    {
        await using var server = await TestServer.StartAsync(builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2)));
        var time = DateTimeOffset.UtcNow;
        var live = new LiveEvent(new EventId(Guid.NewGuid()), null, "Test", null, "sports", EventStatus.Live, time, false, null, "UTC", EventSettings.Default, new UserId(Guid.NewGuid()), time, time);
        await server.Services.GetRequiredService<IEventCatalog>().AddAsync(live, default);
        await server.Services.GetRequiredService<IEngine>().PlaceAsync(live.Id, new StatusDraft(EventStatus.Live), default);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        (socket.Options.DangerousDeflateOptions, socket.Options.CollectHttpResponseDetails) = (deflate ? new WebSocketDeflateOptions() : null, true);
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await socket.ConnectAsync(new UriBuilder(new Uri(server.BaseAddress, $"/live/{live.Id}/comments/stream?after=start")) { Scheme = "ws" }.Uri, invoker, timeout.Token);
        Assert.Equal(deflate, socket.HttpResponseHeaders!.ContainsKey("Sec-WebSocket-Extensions"));
        var buffer = new byte[4_096];
        var received = await socket.ReceiveAsync(buffer, timeout.Token);
        Assert.Equal("hello", JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, received.Count)).Text("type"));
        await socket.SendAsync("""{"type":"ping"}"""u8.ToArray(), WebSocketMessageType.Text, true, timeout.Token);
        do
            received = await socket.ReceiveAsync(buffer, timeout.Token);
        while (JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, received.Count)).Text("type") != "pong");
    }

    private static Task<StreamClient> OpenAsync(TestServer server, string live, bool sse, string query) =>
        sse ? StreamClient.EventStreamAsync(server, live, query) : StreamClient.WebSocketAsync(server, live, query);

    /// <summary>Says when somebody asks about an appointment.</summary>
    public class WatchedParticipants : DispatchProxy
    {
        private IParticipants _inner = null!;
        private Action _asked = null!;

        internal static IParticipants Of(IParticipants inner, Action asked)
        {
            var watched = Create<IParticipants, WatchedParticipants>();
            ((WatchedParticipants)(object)watched)._inner = inner;
            ((WatchedParticipants)(object)watched)._asked = asked;
            return watched;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IParticipants.FindRoleAsync))
                _asked();
            return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
    }

    /// <summary>Accounts that fail as a program with a mistake does.</summary>
    public class BrokenAccounts : DispatchProxy
    {
        internal IAccountStore Inner { get; set; } = null!;

        internal bool IsBroken { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            IsBroken ? throw new InvalidOperationException("A mistake.") : targetMethod!.Invoke(Inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
