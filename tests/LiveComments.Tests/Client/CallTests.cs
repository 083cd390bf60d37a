using System.Net;
using LiveComments.Accounts;
using LiveComments.Client;
using LiveComments.Client.Streams;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Client;

/// <summary>Calls of the client package to a real server.</summary>
public sealed class CallTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Somebody_logs_in_writes_replies_reacts_reads_and_deletes()
    {
        var live = await _server.GoLiveAsync();
        await _server.RegisterAsync("caller");
        using var client = Client();
        Assert.Equal("invalid-credentials", (await RefusedAsync(client.LogInAsync("caller", "not the password"))).Code);
        var signedIn = await client.LogInAsync("caller", AccountClient.Password);
        Assert.Equal(signedIn, client.SignedIn);
        Assert.DoesNotContain(signedIn.Token, signedIn.ToString(), StringComparison.Ordinal);

        Assert.Equal(("live", "A"), ((await client.GetEventAsync(live)).Status, (await client.GetEventAsync(live)).Title));
        var first = await client.PostAsync(live, "Hello, @caller");
        Assert.False(first.IsHeld);
        Assert.Equal(signedIn.UserId, Assert.Single(first.Mentions).UserId);
        var reply = await client.PostAsync(live, "And a reply", new PostOptions { ReplyTo = first.Id });
        Assert.Equal(1, (await client.ReactAsync(live, first.Id, Reaction.Angry))["angries"]);
        Assert.Equal(["loves"], (await client.ReactAsync(live, first.Id, Reaction.Love)).Keys);

        var page = await client.ReadPageAsync(live);
        Assert.Equal([first.Id, reply.Id], page.Comments.Select(comment => comment.Id));
        Assert.Equal((1, "love", 1), (page.Comments[0].ReplyCount, page.Comments[0].MyReaction, page.Comments[0].Reactions["loves"]));
        Assert.Equal(first.Id, page.Comments[1].ReplyTo);
        Assert.Equal(reply.Position, page.Comments[1].Position);
        Assert.Equal(reply.Position, page.Position);
        Assert.Equal(reply.Id, Assert.Single((await client.ReadPageAsync(live, new CommentQuery { Parent = first.Id })).Comments).Id);
        Assert.Equal(first.Id, (await client.ReadPageAsync(live, new CommentQuery { Popular = true, Limit = 5 })).Comments[0].Id);

        Assert.Empty(await client.ReactAsync(live, first.Id, null));
        await client.DeleteAsync(live, first.Id);
        await client.DeleteAsync(live, first.Id);
        Assert.Equal(reply.Id, Assert.Single((await client.ReadPageAsync(live)).Comments).Id);

        await client.LogOutAsync();
        Assert.Null(client.SignedIn);
        var refused = await RefusedAsync(client.PostAsync(live, "Nobody writes"));
        Assert.Equal(("unauthenticated", 401), (refused.Code, refused.Status));
    }

    [Fact]
    public async Task A_moderator_asks_somebody_votes_and_the_stream_tells_of_it()
    {
        var live = await _server.GoLiveAsync();
        using var moderator = Client(_server.Token(Role.Administrator));
        using var viewer = Client(_server.Token());
        var poll = await moderator.OpenPollAsync(live, "Who wins?", ["Red", "Blue"], new PollOptions { ClosesAfter = TimeSpan.FromMinutes(5) });
        Assert.Equal((TimeSpan.FromMinutes(5), "open"), (poll.EndsAt - poll.OpenedAt, poll.Status));
        Assert.Equal("poll-open", (await RefusedAsync(moderator.OpenPollAsync(live, "Who loses?", ["Red", "Blue"]))).Code);
        Assert.Equal([0, 1], (await viewer.VoteAsync(live, poll.Id, 1)).Counts!);
        Assert.Equal((1, 1), (Assert.Single(await viewer.ReadPollsAsync(live)).MyOption, (await viewer.GetEventAsync(live)).Poll!.Votes));
        var closed = await moderator.ClosePollAsync(live, poll.Id);
        Assert.Equal(("closed", 2), (closed.Status, closed.Revision));
        Assert.Equal("poll-closed", (await RefusedAsync(viewer.VoteAsync(live, poll.Id, 0))).Code);
        await moderator.DeletePollAsync(live, poll.Id);
        Assert.Empty(await viewer.ReadPollsAsync(live));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var states = new List<string>();
        await foreach (var message in viewer.WatchAsync(live, new WatchOptions { FromStart = true }, patience.Token))
        {
            states.AddRange((message as BatchMessage)?.Entries.OfType<CardEntry>().Select(entry => entry.Card.Poll!.Status) ?? []);
            if (states.Count == 3)
                break;
        }
        Assert.Equal(["open", "closed", "removed"], states);
    }

    [Fact]
    public async Task Pages_lead_to_each_other_in_both_directions()
    {
        var live = await _server.GoLiveAsync();
        using var client = Client(_server.Token());
        for (var i = 0; i < 5; i++)
            await client.PostAsync(live, $"comment {i}");
        var newest = await client.ReadPageAsync(live, new CommentQuery { Limit = 2 });
        Assert.Equal(["comment 3", "comment 4"], newest.Comments.Select(comment => comment.Text));
        var before = await client.PreviousPageAsync(newest);
        Assert.Equal(["comment 1", "comment 2"], before!.Comments.Select(comment => comment.Text));

        var texts = new List<string>();
        for (var page = await client.ReadPageAsync(live, new CommentQuery { FromStart = true, Limit = 2 }); page is not null; page = await client.NextPageAsync(page))
            texts.AddRange(page.Comments.Select(comment => comment.Text));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"comment {i}"), texts);
        Assert.Equal(["comment 4"], (await client.ReadPageAsync(live, new CommentQuery { After = before.Comments[1].Position with { Seq = newest.Comments[0].Position.Seq } })).Comments.Select(comment => comment.Text));
        Assert.Equal(5, (await client.ReadPageAsync(live, new CommentQuery { Since = DateTimeOffset.UtcNow.AddHours(-1) })).Comments.Count);
    }

    [Fact]
    public async Task A_comment_whose_answers_get_lost_is_written_once()
    {
        var live = await _server.GoLiveAsync();
        var keys = new List<string>();
        var network = new Losing(_server.Handler(), async (request, call, ask) =>
        {
            if (request.Method == HttpMethod.Post)
                keys.Add(request.Headers.GetValues("Idempotency-Key").Single());
            var answer = await ask();
            return call <= 2 ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : answer;
        });
        using var client = Client(_server.Token(), network);
        var posted = await client.PostAsync(live, "once");
        Assert.Equal(3, keys.Count);
        Assert.Single(keys.Distinct());
        Assert.Equal(posted.Id, Assert.Single((await client.ReadPageAsync(live)).Comments).Id);
    }

    [Fact]
    public async Task A_comment_whose_fate_is_unknown_names_its_key_and_the_key_settles_it()
    {
        var live = await _server.GoLiveAsync();
        var isLost = true;
        var network = new Losing(_server.Handler(), async (_, _, ask) =>
        {
            var answer = await ask();
            return isLost ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : answer;
        });
        using var client = Client(_server.Token(), network, patience: TimeSpan.Zero);
        var unknown = await RefusedAsync(client.PostAsync(live, "once"));
        Assert.Equal(ClientCodes.OutcomeUnknown, unknown.Code);
        isLost = false;
        var posted = await client.PostAsync(live, "once", new PostOptions { IdempotencyKey = unknown.IdempotencyKey });
        Assert.Equal(posted.Id, Assert.Single((await client.ReadPageAsync(live)).Comments).Id);
        Assert.Equal("idempotency-key-reused", (await RefusedAsync(client.PostAsync(live, "another", new PostOptions { IdempotencyKey = unknown.IdempotencyKey }))).Code);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_when_it_says_and_a_refusal_is_told_at_once()
    {
        var live = await _server.GoLiveAsync();
        var network = new Losing(_server.Handler(), async (_, call, ask) => call == 1 ? Busy() : await ask());
        using var client = Client(_server.Token(), network);
        Assert.False((await client.PostAsync(live, "after a while")).IsHeld);
        Assert.Equal(2, network.Calls);

        var refused = await RefusedAsync(client.PostAsync("no-such-event", "to nobody"));
        Assert.Equal(("event-not-found", 404), (refused.Code, refused.Status));
        Assert.NotNull(refused.IdempotencyKey);
        Assert.Equal(3, network.Calls);
        Assert.Equal(ClientCodes.UnexpectedAnswer, (await RefusedAsync(Client(null, new Losing(_server.Handler(), (_, _, _) => Task.FromResult(Portal()))).GetEventAsync(live))).Code);

        static HttpResponseMessage Busy()
        {
            var busy = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("""{"code":"busy","title":"The server is busy; try again.","status":503}""", null, "application/problem+json") };
            busy.Headers.RetryAfter = new(TimeSpan.FromMilliseconds(1));
            return busy;
        }

        static HttpResponseMessage Portal() => new(HttpStatusCode.OK) { Content = new StringContent("<html>Log in to the hotel's network</html>", null, "text/html") };
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_so_and_a_call_is_cancelled_while_it_waits()
    {
        var nowhere = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        using var impatient = new LiveCommentsClient(new LiveCommentsClientOptions { Server = nowhere, Handler = _server.Handler(), Patience = TimeSpan.Zero });
        Assert.Equal(ClientCodes.Unreachable, (await RefusedAsync(impatient.GetEventAsync("x"))).Code);
        using var patient = new LiveCommentsClient(new LiveCommentsClientOptions { Server = nowhere, Handler = _server.Handler(), Patience = TimeSpan.FromHours(1) });
        using var stop = new CancellationTokenSource();
        var call = patient.GetEventAsync("x", stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Throws<ArgumentException>(() => new LiveCommentsClient(new Uri("ftp://example.org")));
    }

    [Fact]
    public async Task A_log_in_is_renewed_once_for_all_calls_that_need_it_and_its_end_is_told()
    {
        var live = await _server.GoLiveAsync();
        await _server.RegisterAsync("renewed");
        using var first = Client();
        var kept = await first.LogInAsync("renewed", AccountClient.Password);

        var changes = new List<SignedIn?>();
        var refreshes = 0;
        var network = new Losing(_server.Handler(), (request, _, ask) =>
        {
            if (request.RequestUri!.AbsolutePath == "/auth/refresh")
                Interlocked.Increment(ref refreshes);
            return ask();
        });
        // A token that the server does not take any more, by a clock that does not see it.
        using var client = new LiveCommentsClient(new LiveCommentsClientOptions { Server = _server.BaseAddress, Handler = network, SignedIn = kept with { Token = kept.Token[..^4] + "AAAA" }, SignedInChanged = changes.Add });
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => client.PostAsync(live, $"as before {i}")));
        Assert.Equal(1, refreshes);
        Assert.Equal(kept.UserId, Assert.Single(changes)!.UserId);

        var now = await client.RefreshAsync();
        Assert.Equal(client.SignedIn, now);
        Assert.NotEqual(changes[0]!.RefreshToken, now.RefreshToken);

        // They log out on another device.
        using (var other = new LiveCommentsClient(new LiveCommentsClientOptions { Server = _server.BaseAddress, Handler = _server.Handler(), SignedIn = now }))
            await other.LogOutAsync();
        Assert.Equal("invalid-token", (await RefusedAsync(client.RefreshAsync())).Code);
        Assert.Null(client.SignedIn);
        Assert.Null(changes[^1]);
    }

    [Fact]
    public async Task Tokens_of_ones_own_are_asked_for_each_call_and_again_when_one_is_refused()
    {
        var live = await _server.GoLiveAsync();
        var tokens = new Queue<string>(["no token at all", _server.Token(), _server.Token()]);
        using var client = new LiveCommentsClient(new LiveCommentsClientOptions { Server = _server.BaseAddress, Handler = _server.Handler(), Token = _ => new ValueTask<string?>(tokens.Dequeue()) });
        Assert.False((await client.PostAsync(live, "by my own issuer")).IsHeld);
        Assert.Empty(tokens);
    }

    private LiveCommentsClient Client(string? token = null, HttpMessageHandler? handler = null, TimeSpan? patience = null) => new(new LiveCommentsClientOptions
    {
        Server = _server.BaseAddress,
        Handler = handler ?? _server.Handler(),
        Token = token is null ? null : _ => new ValueTask<string?>(token),
        Patience = patience ?? TimeSpan.FromSeconds(30),
    });

    private static Task<LiveCommentsException> RefusedAsync(Task call) => Assert.ThrowsAsync<LiveCommentsException>(() => call);
}
