using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Feeds;
using LiveComments.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LiveComments.Tests.EndToEnd;

/// <summary>What streams do under pressure: busy rooms, slow and silent viewers, limits, a server that stops.</summary>
public sealed class StreamPressureTests
{
    [Fact]
    public async Task A_busy_room_shows_everybody_the_same_sample_and_says_what_it_left_out()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:DisplayBudget=5");
        var live = await server.GoLiveAsync();
        await using var socket = await StreamClient.WebSocketAsync(server, live);
        await using var events = await StreamClient.EventStreamAsync(server, live);
        await using var whole = await StreamClient.WebSocketAsync(server, live, "?sample=off");
        foreach (var viewer in new[] { socket, events, whole })
            await viewer.NextAsync("hello");
        using var moderator = server.As(Role.Moderator);
        using var author = server.As(Role.Viewer);
        var moderated = new List<string>();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            var posted = await (i % 20 == 0 ? moderator : author).CommentAsync(live, "comment " + i);
            if (i % 20 == 0)
                lock (moderated)
                    moderated.Add(posted.Text("commentID")!);
        }));

        Assert.Equal(200, (await whole.EntriesToAsync(202, 2)).Count);
        var (sample, left) = await SampleAsync(socket, 202);
        Assert.Equal((sample, left), await SampleAsync(events, 202));
        Assert.Equal(200, sample.Split(',').Length + left);
        Assert.True(left > 0);
        Assert.All(moderated, id => Assert.Contains(id, sample));
        // The log keeps everything, and who resumes is given it.
        Assert.Equal(200, (await server.Anonymous.CommentsAsync(live)).Count);
        await using var resumed = await StreamClient.EventStreamAsync(server, live, "?after=start");
        await resumed.EntriesToAsync(202, 0);
    }

    [Fact]
    public async Task What_waits_behind_a_full_mailbox_is_answered_within_one_patience_and_not_one_after_another()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Engine:CommentQueue=16");
        var live = await server.GoLiveAsync();
        await using var author = await StreamClient.WebSocketAsync(server, live, token: server.Token());
        await author.NextAsync("hello");
        await author.SendAsync(new { type = "comment", id = "first", commentText = "before" });
        await author.NextAsync("ack");
        using var release = new ManualResetEventSlim();
        var hung = server.Services.GetRequiredService<SqliteDatabase>().WriteAsync(_ => release.Wait(TimeSpan.FromMinutes(1)), CancellationToken.None);
        const int sent = 60;
        for (var i = 0; i < sent; i++)
            await author.SendAsync(new { type = "comment", id = "c" + i, commentText = "comment " + i });

        // One or two batches are with the writer, and as many wait as the mailbox holds.
        var busy = 0;
        for (; busy < sent - 2 * 16 - 1; busy++)
            Assert.Equal(Error.Busy.Code, (await author.NextAsync("error")).Text("code"));
        release.Set();
        await hung;
        for (var answered = busy; answered < sent;)
            if (await author.NextAsync() is { } message && message.Text("type") is var type and ("ack" or "error"))
            {
                answered++;
                if (type == "error")
                    Assert.Equal(Error.Busy.Code, message.Text("code"));
            }
    }

    [Fact]
    public async Task An_open_websocket_holds_nothing_of_its_request()
    {
        var requests = new ConcurrentBag<WeakReference>();
        await using var server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IStartupFilter>(new Requests(requests)));
        var live = await server.GoLiveAsync();
        requests.Clear();
        await using var viewer = await StreamClient.WebSocketAsync(server, live);
        await viewer.NextAsync("hello");
        Assert.NotEmpty(requests);

        for (var tries = 0; requests.Any(request => request.IsAlive); tries++)
        {
            Assert.True(tries < 300, "the request is still held");
            await Task.Delay(100);
            GC.Collect();
        }
        using var author = server.As(Role.Viewer);
        await author.CommentAsync(live, "still watching");
        await viewer.EntriesToAsync(3, 2);
    }

    /// <summary>Remembers the context of every request without holding it.</summary>
    private sealed class Requests(ConcurrentBag<WeakReference> seen) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, next) =>
            {
                seen.Add(new WeakReference(context));
                return next(context);
            });
            next(app);
        };
    }

    /// <summary>Keeps upgraded requests from ending.</summary>
    private sealed class AfterRequests(Task held) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, next) =>
            {
                await next(context);
                if (context.Response.StatusCode == StatusCodes.Status101SwitchingProtocols)
                    await held;
            });
            next(app);
        };
    }

    [Fact]
    public async Task An_operator_may_refuse_unsampled_streams()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:AllowUnsampled=false");
        var live = await server.GoLiveAsync();
        await server.Anonymous.RefusedAsync(Error.Forbidden, "GET", $"/live/{live}/comments/stream?sample=off");
        await using var viewer = await StreamClient.WebSocketAsync(server, live, "?sample=on");
        await viewer.NextAsync("hello");
    }

    [Fact]
    public async Task A_viewer_that_takes_nothing_is_closed_with_its_position_and_hurts_nobody_else()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:SlowAfter=00:00:02", "--LiveComments:Feeds:CloseWithin=00:01:00", "--LiveComments:Feeds:SendBuffer=4096",
            "--LiveComments:Feeds:RingFrames=16", "--LiveComments:Feeds:RingEntries=256", "--LiveComments:Feeds:DisplayBudget=1000000", "--LiveComments:Feeds:Tick=00:00:00.001");
        var live = await server.GoLiveAsync();
        using var slow = await RawSocket.OpenAsync(server, live, receiveBuffer: 4_096);
        await using var quick = await StreamClient.WebSocketAsync(server, live, "?sample=off");
        await quick.NextAsync("hello");
        var text = new string('x', 500);
        var connections = server.Services.GetRequiredService<EventFeeds>().FanOut.Connections;
        using var author = server.As(Role.Viewer);
        var posted = 2L;
        // It reads nothing until the server has given it up; the other one is shown everything all the time.
        while (!connections.All.Any(connection => connection.IsClosing))
        {
            var before = posted;
            posted = (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => author.CommentAsync(live, text)))).Max(answer => answer.Seq("position"));
            await quick.EntriesToAsync(posted, before);
            Assert.True(posted < 100_000, "It was never closed.");
        }

        // What it was sent is contiguous, with what was left out when it fell off the ring; then the position it has.
        var seen = 2L;
        while (await slow.FrameAsync() is var (kind, payload))
        {
            if (kind == 0x88)
            {
                Assert.Equal(4008, payload[0] << 8 | payload[1]);
                Assert.Equal(seen, long.Parse(System.Text.Encoding.UTF8.GetString(payload.AsSpan(2)).Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
                return;
            }
            if (kind == 0x81 && JsonSerializer.Deserialize<JsonElement>(payload) is var message && message.Text("type") == "batch")
            {
                Assert.Equal(seen + 1, message.GetProperty("from").GetInt64());
                seen = message.GetProperty("to").GetInt64();
            }
        }
        Assert.Fail("It was cut without a close frame.");
    }

    [Fact]
    public async Task A_viewer_that_fell_behind_the_ring_is_shown_the_newest_and_how_many_it_missed()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:SlowAfter=00:10:00", "--LiveComments:Feeds:SendBuffer=4096", "--LiveComments:Feeds:RingFrames=16",
            "--LiveComments:Feeds:RingEntries=256", "--LiveComments:Feeds:DisplayBudget=1000000", "--LiveComments:Feeds:Tick=00:00:00.001");
        var live = await server.GoLiveAsync();
        using var slow = await RawSocket.OpenAsync(server, live, receiveBuffer: 4_096);
        using var author = server.As(Role.Viewer);
        var text = new string('x', 500);
        var posted = 2L;
        await slow.JsonAsync("hello");
        var connection = server.Services.GetRequiredService<EventFeeds>().FanOut.Connections.All.Single();
        // Until the oldest frame in memory begins after what it has.
        while (connection.Feed.Ring.BatchAt(0) is not { } oldest || oldest.From <= connection.Position.Seq + 1)
            posted = (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => author.CommentAsync(live, text)))).Max(answer => answer.Seq("position"));
        var (seen, skipped, shown) = (2L, 0L, 0L);
        while (seen < posted)
        {
            var batch = await slow.JsonAsync("batch");
            Assert.Equal(seen + 1, batch.GetProperty("from").GetInt64());
            seen = batch.GetProperty("to").GetInt64();
            shown += batch.GetProperty("entries").GetArrayLength();
            skipped += batch.TryGetProperty("skipped", out var left) ? left.GetInt64() : 0;
        }
        Assert.True(skipped > 0);
        Assert.Equal(posted - 2, shown + skipped);
    }

    [Fact]
    public async Task A_socket_that_says_nothing_is_cut_and_one_that_answers_pings_stays()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:PingEvery=00:00:01", "--LiveComments:Feeds:SilentAfter=00:00:06");
        var live = await server.GoLiveAsync();
        using var silent = await RawSocket.OpenAsync(server, live);
        await using var answering = await StreamClient.WebSocketAsync(server, live);
        await answering.NextAsync("hello");
        var pings = 0;
        while (await silent.FrameAsync() is var (kind, _))
            pings += kind == 0x89 ? 1 : 0;
        Assert.NotEqual(0, pings);
        await server.As(Role.Viewer).CommentAsync(live, "still there?");
        await answering.NextAsync("batch");
    }

    [Fact]
    public async Task A_socket_whose_flood_is_worked_through_slowly_is_not_taken_for_silent()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:PingEvery=00:00:01", "--LiveComments:Feeds:SilentAfter=00:00:04",
            "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:MessagesPerSecond=20", "--LiveComments:Limits:MessageBurst=5");
        var live = await server.GoLiveAsync();
        using var flooding = await RawSocket.OpenAsync(server, live);
        await flooding.SendAsync([.. Enumerable.Repeat(RawSocket.Frame(0x81, [.. "{\"type\":\"ping\"}"u8]), 160).SelectMany(frame => frame)]);
        for (var i = 0; i < 160; i++)
            await flooding.JsonAsync("pong");
    }

    [Theory]
    [InlineData(0x89)]
    [InlineData(0x8A)]
    [InlineData(0x81)]
    public async Task A_message_of_any_kind_counts_against_the_limit(int kind)
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:MessagesPerSecond=1", "--LiveComments:Limits:MessageBurst=3");
        using var socket = await RawSocket.OpenAsync(server, await server.GoLiveAsync());
        await socket.JsonAsync("hello");
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 3; i++)
            await socket.SendFrameAsync((byte)kind, [.. "{\"type\":\"ping\"}"u8]);
        await socket.SendFrameAsync(0x81, [.. "{\"type\":\"nothing\"}"u8]);
        Assert.Equal("invalid-request", (await socket.JsonAsync("error")).Text("code"));
        // The burst was used up: what came behind it was worked on a second later.
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task An_answer_takes_as_long_as_its_reader_and_keeps_nobody_else_waiting()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Requests:Timeout=00:00:00.300", "--LiveComments:Requests:Concurrent=1");
        var live = await server.GoLiveAsync();
        await server.PlaceCommentsAsync(live, new UserId(Guid.NewGuid()), [.. Enumerable.Range(0, 500).Select(i => $"{i} " + new string('x', 2_000))]);
        using var slow = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await slow.ConnectAsync(IPAddress.Loopback, server.BaseAddress.Port);
        await slow.SendAsync(Encoding.ASCII.GetBytes($"GET /live/{live}/comments?limit=500 HTTP/1.1\r\nHost: {server.BaseAddress.Authority}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(new NetworkStream(slow));
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        // Longer than a request may take.
        await Task.Delay(1_000);
        await server.Anonymous.CallAsync("GET", $"/events/{live}");
        var rest = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(500, JsonSerializer.Deserialize<JsonElement>(rest[rest.IndexOf('[', StringComparison.Ordinal)..]).GetArrayLength());
    }

    [Fact]
    public async Task A_request_that_is_never_finished_is_cut()
    {
        await using var server = await TestServer.StartAsync(builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1)));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.BaseAddress.Port);
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream());
        Assert.StartsWith("HTTP/1.1 408 ", await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everybody_has_limits_and_is_told_when_to_come_again()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:CommentsPerSecond=0.01", "--LiveComments:Limits:CommentBurst=2",
            "--LiveComments:Limits:ReactionsPerSecond=0.01", "--LiveComments:Limits:ReactionBurst=2", "--LiveComments:Limits:MessagesPerSecond=20", "--LiveComments:Limits:MessageBurst=5");
        var live = await server.GoLiveAsync();
        var me = new UserId(Guid.NewGuid());
        using var author = server.As(Role.Viewer, me);
        var first = (await author.CommentAsync(live, "one")).Text("commentID");
        await author.CommentAsync(live, "two");
        using (var refused = await author.SendCommentAsync(live, "three"))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 2, 101);
        }
        await author.CallAsync("POST", $"/live/{live}/comments/{first}/reactions", """{"reactionType":"like"}""");
        await author.CallAsync("DELETE", $"/live/{live}/comments/{first}/reactions");
        await author.RefusedAsync(Error.RateLimited, "POST", $"/live/{live}/comments/{first}/reactions", """{"reactionType":"like"}""");
        // The same person on a socket has the same bucket, somebody else their own.
        await using var socket = await StreamClient.WebSocketAsync(server, live, token: server.Token(user: me));
        await socket.SendAsync(new { type = "comment", id = "k", commentText = "four" });
        var error = await socket.NextAsync("error");
        Assert.Equal(("k", "rate-limited"), (error.Text("id"), error.Text("code")));
        Assert.True(error.GetProperty("retryAfter").GetDouble() > 1);
        await socket.SendAsync(new { type = "reaction", id = "r", commentID = first, reactionType = "like" });
        Assert.Equal("rate-limited", (await socket.NextAsync("error")).Text("code"));
        await server.As(Role.Viewer).CommentAsync(live, "another's");
        // A flood of messages is read slowly, and answered.
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 45; i++)
            await socket.SendAsync(new { type = "ping" });
        for (var i = 0; i < 45; i++)
            await socket.NextAsync("pong");
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(1.9));
    }

    [Fact]
    public async Task Slow_mode_holds_for_viewers_but_not_for_moderators_or_retries()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:CommentsPerSecond=1000", "--LiveComments:Limits:CommentBurst=1000");
        var live = await server.GoLiveAsync("""{"slowModeSeconds":600}""");
        using var author = server.As(Role.Viewer);
        var first = await author.CommentAsync(live, "one", "key");
        Assert.Equal(first.GetRawText(), (await author.CommentAsync(live, "one", "key")).GetRawText());
        using (var refused = await author.SendCommentAsync(live, "two", "key-2"))
        {
            Assert.Contains("slow-mode", await refused.Content.ReadAsStringAsync());
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 300, 600);
        }
        using var moderator = server.As(Role.Moderator);
        for (var i = 0; i < 3; i++)
            await moderator.CommentAsync(live, "calm down");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_comment_that_is_not_taken_does_not_use_up_the_turn_of_slow_mode(bool socket)
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:CommentsPerSecond=1000", "--LiveComments:Limits:CommentBurst=1000");
        var live = await server.GoLiveAsync("""{"slowModeSeconds":600}""");
        var removed = (await server.As(Role.Moderator).CommentAsync(live, "gone soon")).Text("commentID");
        await server.As(Role.Moderator).CallAsync("DELETE", $"/live/{live}/comments/{removed}");
        var me = new UserId(Guid.NewGuid());
        using var author = server.As(Role.Viewer, me);
        if (socket)
        {
            await using var viewer = await StreamClient.WebSocketAsync(server, live, token: server.Token(user: me));
            await viewer.SendAsync(new { type = "comment", id = "reply", commentText = "too late", replyToCommentID = removed });
            Assert.Equal("parent-removed", (await viewer.NextAsync("error")).Text("code"));
        }
        else
        {
            await author.RefusedAsync(Error.ParentRemoved, "POST", $"/live/{live}/comments", $$"""{"commentText":"too late","replyToCommentID":"{{removed}}"}""");
        }
        await author.CommentAsync(live, "one", "key");
        await author.RefusedAsync(Error.SlowMode, "POST", $"/live/{live}/comments", """{"commentText":"two"}""");
    }

    [Fact]
    public async Task Removing_and_renaming_are_limited_as_writing_is()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:CommentsPerSecond=0.01", "--LiveComments:Limits:CommentBurst=2");
        var live = await server.GoLiveAsync();
        var comment = (await server.As(Role.Moderator).CommentAsync(live, "mine")).Text("commentID");
        using var viewer = server.As(Role.Viewer);
        await viewer.RefusedAsync(Error.Forbidden, "DELETE", $"/live/{live}/comments/{comment}");
        await viewer.CallAsync("PATCH", "/me", """{"displayName":"Somebody"}""");
        await viewer.RefusedAsync(Error.RateLimited, "DELETE", $"/live/{live}/comments/{comment}");
        await viewer.RefusedAsync(Error.RateLimited, "PATCH", "/me", """{"displayName":"Somebody else"}""");
    }

    [Fact]
    public async Task A_server_that_stops_answers_what_is_under_way_and_says_goodbye()
    {
        await using var server = await TestServer.StartAsync();
        var live = await server.GoLiveAsync();
        await using var viewer = await StreamClient.EventStreamAsync(server, live);
        await viewer.NextAsync("hello");
        await using var author = await StreamClient.WebSocketAsync(server, live, token: server.Token());
        await author.NextAsync("hello");
        var sent = new List<string>();
        using var stop = new CancellationTokenSource();
        var posting = Task.Run(async () =>
        {
            // A client that never stops asking must not keep the server from stopping.
            while (!stop.IsCancellationRequested)
                try
                {
                    await author.SendAsync(new { type = "comment", id = "k" + sent.Count, commentText = "a" });
                    sent.Add("k" + sent.Count);
                    // Not so fast that it is no longer read: this client answers a ping only when it can write, and reads nothing meanwhile.
                    await Task.Delay(1);
                }
                catch (System.Net.WebSockets.WebSocketException)
                {
                    return;
                }
        });
        await author.NextAsync("ack");
        var stopping = server.RestartAsync();
        var answers = new Dictionary<string, string> { ["k0"] = "ack" };
        var bye = false;
        while (await author.NextAsync() is { } message)
            switch (message.Text("type"))
            {
                case "bye":
                    bye = true;
                    Assert.InRange(message.GetProperty("reconnectAfterMs").GetInt64(), 0, 10_000);
                    break;
                case "ack":
                    Assert.True(answers.TryAdd(message.Text("id")!, "ack"));
                    break;
                case "error":
                    Assert.True(bye);
                    Assert.True(answers.TryAdd(message.Text("id")!, message.Text("code")!));
                    break;
            }
        Assert.True(bye);
        Assert.Equal(1001, (int)author.CloseStatus!);
        await stop.CancelAsync();
        await posting;
        await viewer.NextAsync("bye");
        await viewer.EndedAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(60));
        // Answers came in order, without a hole, and exactly what was acknowledged is stored.
        Assert.Equal(Enumerable.Range(0, answers.Count).Select(i => "k" + i).Order(), answers.Keys.Order());
        Assert.All(answers.Values, answer => Assert.True(answer is "ack" or "draining", answer));
        await using var after = await StreamClient.WebSocketAsync(server, live, "?after=start&sample=off");
        var acknowledged = answers.Values.Count(answer => answer == "ack");
        Assert.Equal(acknowledged + 2, (await after.EntriesToAsync(acknowledged + 2, 0)).Count);
        Assert.Equal(acknowledged + 2, int.Parse((await server.Anonymous.CommentsAsync(live, "?limit=1"))[0].Text("position")!.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_server_that_stops_tells_each_EventSource_when_to_come_back_and_the_next_server_ends_that()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Stream:ReconnectSpread=01:00:00");
        var live = await server.GoLiveAsync();
        var viewers = new List<StreamClient>();
        for (var i = 0; i < 3; i++)
            viewers.Add(await StreamClient.EventStreamAsync(server, live));
        foreach (var viewer in viewers)
            await viewer.NextAsync("hello");
        Assert.All(viewers, viewer => Assert.Null(viewer.Retry));
        await server.RestartAsync();
        foreach (var viewer in viewers)
        {
            var bye = await viewer.NextAsync("bye");
            Assert.Equal(bye.GetProperty("reconnectAfterMs").GetRawText(), viewer.Retry);
            Assert.InRange(bye.GetProperty("reconnectAfterMs").GetInt64(), 0, 3_600_000);
        }
        Assert.Equal(3, viewers.Select(viewer => viewer.Retry).Distinct().Count());
        await using var back = await StreamClient.EventStreamAsync(server, live, lastEventId: viewers[0].LastEventId);
        await back.NextAsync("hello");
        Assert.Equal("3000", back.Retry);
        foreach (var viewer in viewers)
            await viewer.DisposeAsync();
    }

    [Fact]
    public async Task Who_was_on_the_way_in_when_the_server_stops_is_told_to_go_elsewhere()
    {
        var held = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IStartupFilter>(new AfterRequests(held.Task)));
        var live = await server.GoLiveAsync();
        await using var late = await StreamClient.WebSocketAsync(server, live);
        // By then everybody who was known has been told.
        server.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(held.SetResult);
        await server.RestartAsync();
        await late.NextAsync("bye");
        await late.EndedAsync();
        Assert.Equal(1001, (int?)late.CloseStatus);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_removed_text_is_on_no_path(bool sse)
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Feeds:RingFrames=16", "--LiveComments:Feeds:RingEntries=256");
        var live = await server.GoLiveAsync();
        using var author = server.As(Role.Viewer);
        var me = new UserId(Guid.NewGuid());
        using var mentioned = server.As(Role.Viewer, me);
        await mentioned.CommentAsync(live, "here");
        var name = (await server.Anonymous.CommentsAsync(live))[0].Text("username");
        var early = (await author.CommentAsync(live, $"SECRET one @{name}")).Text("commentID")!;
        for (var i = 0; i < 12; i++)
            await Task.WhenAll(Enumerable.Range(0, 50).Select(j => author.CommentAsync(live, $"comment {i} {j}")));
        var late = (await author.CommentAsync(live, "SECRET two", replyTo: early)).Text("commentID")!;
        await using var before = await OpenAsync(server, live, sse, "?after=start&sample=off");
        var head = 2 + 1 + 1 + 600 + 1;
        var entries = await before.EntriesToAsync(head, 0);
        Assert.Equal(2, entries.Count(entry => entry.GetRawText().Contains("SECRET", StringComparison.Ordinal)));
        Assert.Contains("SECRET", (await mentioned.CallAsync("GET", "/me/mentions")).GetRawText());

        foreach (var removed in new[] { early, late })
            await author.CallAsync("DELETE", $"/live/{live}/comments/{removed}");
        // Live, everybody is told; whoever resumes from anywhere, from memory or from the store, never sees it.
        Assert.Equal([early, late], (await before.EntriesToAsync(head + 2, head)).Select(entry => entry.Text("commentID")));
        var epoch = (await server.Anonymous.CommentsAsync(live))[0].Text("position")!.Split(':')[0];
        foreach (var after in new[] { 0, 3, 100, 400, head - 20, head - 1, head })
        {
            await using var resumed = await OpenAsync(server, live, sse, $"?after={epoch}:{after}");
            Assert.DoesNotContain(await resumed.EntriesToAsync(head + 2, after), entry => entry.GetRawText().Contains("SECRET", StringComparison.Ordinal));
        }
        for (string? next = $"/live/{live}/comments?after=start&limit=200"; next is not null;)
        {
            using var page = await server.Anonymous.GetAsync(next);
            Assert.DoesNotContain("SECRET", await page.Content.ReadAsStringAsync());
            next = page.Link("next");
        }
        foreach (var path in new[] { $"/live/{live}/comments?parent={early}", $"/live/{live}/comments?sort=popular&limit=500", "/me/comments", "/me/mentions" })
            foreach (var client in new[] { author, mentioned })
                Assert.DoesNotContain("SECRET", await client.GetStringAsync(path));
        foreach (var removed in new[] { early, late })
            await server.Anonymous.RefusedAsync(Error.CommentNotFound, "GET", $"/live/{live}/comments/{removed}");
    }

    private static Task<StreamClient> OpenAsync(TestServer server, string live, bool sse, string query) =>
        sse ? StreamClient.EventStreamAsync(server, live, query) : StreamClient.WebSocketAsync(server, live, query);

    /// <summary>The comments shown up to a seq, in order, and how many were left out.</summary>
    private static async Task<(string Shown, long Left)> SampleAsync(StreamClient viewer, long to)
    {
        var (shown, left, seen) = (new List<string>(), 0L, 2L);
        while (seen < to)
        {
            var batch = await viewer.NextAsync("batch");
            Assert.Equal(seen + 1, batch.GetProperty("from").GetInt64());
            seen = batch.GetProperty("to").GetInt64();
            left += batch.TryGetProperty("skipped", out var skipped) ? skipped.GetInt64() : 0;
            shown.AddRange(batch.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("comment").Text("commentID")!));
        }
        return (string.Join(",", shown), left);
    }
}
