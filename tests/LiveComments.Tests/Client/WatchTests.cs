using LiveComments.Accounts;
using LiveComments.Client;
using LiveComments.Client.Streams;
using LiveComments.Feeds;
using LiveComments.Tests.Browser;
using LiveComments.Tests.EndToEnd;
using LiveComments.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Client;

/// <summary>Watching with the client package: whatever happens to the connection, everything comes once and in order, or it is said.</summary>
public sealed class WatchTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_cut_off_comes_back_and_misses_nothing(bool webSocket)
    {
        var live = await _server.GoLiveAsync();
        await using var network = new CuttingProxy(_server.BaseAddress);
        using var author = Client(_server.BaseAddress, _server.Token());
        using var client = Client(network.Address);
        await using var watching = new Watching(client.WatchAsync(live, new WatchOptions { FromStart = true, Everything = true, WebSocket = webSocket }));
        var hello = await watching.NextAsync<HelloMessage>();
        Assert.Equal((live, webSocket ? StreamTransport.WebSocket : StreamTransport.ServerSentEvents), (hello.Event.Id.ToString(), hello.Transport));
        var first = await author.PostAsync(live, "before the cut");
        await watching.EntriesToAsync(first.Position!.Value.Seq, after: 0);

        network.Cut();
        var cut = await watching.NextAsync<DisconnectedMessage>();
        Assert.InRange(cut.ComesBackIn, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30));
        await author.PostAsync(live, "during the cut");
        var last = await author.PostAsync(live, "and another");
        network.Mend();

        // It goes on exactly where it was.
        var again = await watching.NextAsync<HelloMessage>();
        Assert.Equal(first.Position, again.Position);
        var missed = await watching.EntriesToAsync(last.Position!.Value.Seq, first.Position.Value.Seq);
        Assert.Equal(["during the cut", "and another"], missed.Cast<CommentEntry>().Select(entry => entry.Comment.Text));
    }

    [Fact]
    public async Task Where_no_WebSocket_gets_through_server_sent_events_say_the_same()
    {
        var live = await _server.GoLiveAsync();
        await using var network = new CuttingProxy(_server.BaseAddress) { RefusesWebSockets = true };
        using var client = Client(network.Address, _server.Token());
        await using var watching = new Watching(client.WatchAsync(live));
        Assert.Equal(StreamTransport.ServerSentEvents, (await watching.NextAsync<HelloMessage>()).Transport);
        Assert.Equal("viewer", (await watching.NextAsync<AuthenticatedMessage>()).Role);
        var posted = await client.PostAsync(live, "by another way");
        Assert.Equal(posted.Id, Assert.IsType<CommentEntry>(Assert.Single((await watching.NextAsync<BatchMessage>()).Entries)).Comment.Id);
        await client.ReactAsync(live, posted.Id, Reaction.Wow);
        Assert.Equal(1, Assert.Single((await watching.NextAsync<ReactionsMessage>()).Counts).Reactions["wows"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_sent_away_comes_back_when_the_server_said_and_goes_on(bool webSocket)
    {
        var live = await _server.GoLiveAsync();
        using var client = Client(_server.BaseAddress, _server.Token());
        await using var watching = new Watching(client.WatchAsync(live, new WatchOptions { WebSocket = webSocket }));
        var hello = await watching.NextAsync<HelloMessage>();
        foreach (var connection in Connections(live))
            connection.SendAway(TimeSpan.FromSeconds(1));
        var away = await watching.NextAsync<DisconnectedMessage>();
        Assert.InRange(away.ComesBackIn, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        if (webSocket)
            Assert.Equal("going-away", away.Code);
        var posted = await client.PostAsync(live, "meanwhile");
        Assert.Equal(hello.Position, (await watching.NextAsync<HelloMessage>()).Position);
        await watching.EntriesToAsync(posted.Position!.Value.Seq, hello.Position.Seq);
    }

    [Fact]
    public async Task Who_took_nothing_for_too_long_gets_what_was_missed()
    {
        var live = await _server.GoLiveAsync();
        using var client = Client(_server.BaseAddress, _server.Token());
        await using var watching = new Watching(client.WatchAsync(live));
        var hello = await watching.NextAsync<HelloMessage>();
        await client.PostAsync(live, "one");
        // What a server does that has waited for ten seconds.
        foreach (var connection in Connections(live))
            connection.Close(CloseCode.TooSlow, hello.Position.ToString());
        var last = await client.PostAsync(live, "two");
        // The first may have been sent before the end or not: it comes once.
        var texts = (await watching.EntriesToAsync(last.Position!.Value.Seq, hello.Position.Seq)).Cast<CommentEntry>().Select(entry => entry.Comment.Text);
        Assert.Equal(["one", "two"], texts);
    }

    [Fact]
    public async Task Who_cannot_be_given_what_was_missed_is_told_and_goes_on()
    {
        var live = await _server.GoLiveAsync();
        using var client = Client(_server.BaseAddress, _server.Token());
        var page = await client.ReadPageAsync(live);
        var elsewhere = page.Position!.Value with { Epoch = page.Position.Value.Epoch + 1 };
        await using var watching = new Watching(client.WatchAsync(live, new WatchOptions { After = elsewhere }));
        await watching.NextAsync<HelloMessage>();
        var reset = await watching.NextAsync<ResetMessage>();
        Assert.Equal(("epoch", page.Position.Value), (reset.Reason, reset.Position));
        var posted = await client.PostAsync(live, "of this life");
        await watching.EntriesToAsync(posted.Position!.Value.Seq, reset.Position.Seq);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watching_ends_with_the_reason_when_coming_back_is_useless(bool webSocket)
    {
        var options = new WatchOptions { WebSocket = webSocket };
        using var client = Client(_server.BaseAddress);
        await using (var nothing = new Watching(client.WatchAsync("no-such-event", options)))
            Assert.Equal("event-not-found", (await Assert.ThrowsAsync<LiveCommentsException>(nothing.NextAsync)).Code);
        using var stranger = Client(_server.BaseAddress, "no token at all");
        var live = await _server.GoLiveAsync();
        await using (var refused = new Watching(stranger.WatchAsync(live, options)))
            Assert.Equal("invalid-token", (await Assert.ThrowsAsync<LiveCommentsException>(refused.NextAsync)).Code);

        await using var watching = new Watching(client.WatchAsync(live, options));
        await watching.NextAsync<HelloMessage>();
        using var administrator = _server.As(Role.Administrator);
        (await administrator.DeleteAsync($"/events/{live}")).Dispose();
        Assert.Equal("event-not-found", (await Assert.ThrowsAsync<LiveCommentsException>(watching.NextAsync<HelloMessage>)).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watching_a_private_event_ends_with_the_log_in(bool webSocket)
    {
        var live = await _server.GoLiveAsync("""{"visibility":"private"}""");
        var name = $"private-{webSocket}".ToLowerInvariant();
        await _server.RegisterAsync(name);
        using var client = Client(_server.BaseAddress);
        var signedIn = await client.LogInAsync(name, AccountClient.Password);
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("PUT", $"/events/{live}/participants/{signedIn.UserId}", """{"role":"viewer"}""");

        await using var watching = new Watching(client.WatchAsync(live, new WatchOptions { WebSocket = webSocket }));
        await watching.NextAsync<HelloMessage>();
        // On another device, which has the same log-in.
        using var other = new LiveCommentsClient(new LiveCommentsClientOptions { Server = _server.BaseAddress, Handler = _server.Handler(), SignedIn = signedIn });
        await other.LogOutAsync();
        Assert.Equal("invalid-token", (await Assert.ThrowsAsync<LiveCommentsException>(watching.NextAsync<HelloMessage>)).Code);
        Assert.Null(client.SignedIn);
    }

    [Fact]
    public async Task Who_logs_out_watches_a_public_event_on_without_a_log_in()
    {
        var live = await _server.GoLiveAsync();
        await _server.RegisterAsync("leaver");
        using var client = Client(_server.BaseAddress);
        await client.LogInAsync("leaver", AccountClient.Password);
        using var author = Client(_server.BaseAddress, _server.Token());
        await using var watching = new Watching(client.WatchAsync(live));
        var hello = await watching.NextAsync<HelloMessage>();
        await client.LogOutAsync();
        await watching.NextAsync<ErrorMessage>();
        var posted = await author.PostAsync(live, "for everybody");
        await watching.EntriesToAsync(posted.Position!.Value.Seq, hello.Position.Seq);
    }

    [Fact]
    public async Task Watching_is_cancelled_while_it_is_open_and_while_it_waits()
    {
        var live = await _server.GoLiveAsync();
        using var client = Client(_server.BaseAddress);
        using var stop = new CancellationTokenSource();
        await using var open = new Watching(client.WatchAsync(live, ct: stop.Token));
        await open.NextAsync<HelloMessage>();
        using var nowhere = Client(new Uri($"http://127.0.0.1:{FreePort.Find()}"));
        await using var waits = new Watching(nowhere.WatchAsync(live, ct: stop.Token));
        Assert.Equal(ClientCodes.Unreachable, (await waits.NextAsync<DisconnectedMessage>()).Code);
        var (next, attempt) = (open.NextAsync<BatchMessage>(), waits.NextAsync<HelloMessage>());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
        await Http.EventuallyAsync(() => Task.FromResult(!Connections(live).Any()), "the server has let go of the stream");
    }

    private IEnumerable<Connection> Connections(string live) =>
        _server.Services.GetRequiredService<EventFeeds>().FanOut.Connections.All.Where(connection => connection.Feed.Id.ToString() == live);

    private LiveCommentsClient Client(Uri address, string? token = null) => new(new LiveCommentsClientOptions
    {
        Server = address,
        Handler = _server.Handler(),
        Token = token is null ? null : _ => new ValueTask<string?>(token),
    });
}
