using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Server.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Nobody alone takes up a server or an event.</summary>
public sealed class StreamLimitsTests
{
    private const string Enabled = "--LiveComments:Limits:Enabled=true", BehindProxy = "--LiveComments:Proxy:Trusted:0=127.0.0.1";

    [Fact]
    public async Task An_address_has_so_many_streams_of_either_kind_and_is_told_before_the_upgrade_when_to_come_again()
    {
        await using var server = await TestServer.StartAsync(null, Enabled, "--LiveComments:Limits:StreamsPerAddress=3");
        var live = await server.GoLiveAsync();
        await using var socket = await StreamClient.WebSocketAsync(server, live);
        await using var events = await StreamClient.EventStreamAsync(server, live);
        // Somebody who is logged in counts like anybody else.
        var last = await StreamClient.WebSocketAsync(server, live, token: server.Token());
        await last.NextAsync("hello");

        using (var refused = await server.Anonymous.SendAsync("GET", $"/live/{live}/comments/stream"))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
            Assert.Equal("rate-limited", (await JsonSerializer.DeserializeAsync<JsonElement>(await refused.Content.ReadAsStreamAsync())).Text("code"));
        }
        var error = await Assert.ThrowsAsync<WebSocketException>(() => StreamClient.WebSocketAsync(server, live));
        Assert.Contains("429", error.Message, StringComparison.Ordinal);
        // Calls go on.
        await server.Anonymous.CallAsync("GET", $"/live/{live}/comments");

        await last.DisposeAsync();
        await Http.EventuallyAsync(async () => await OpensAsync(server, live), "the place of one that left is free");
    }

    [Fact]
    public async Task Nothing_is_remembered_of_streams_that_are_over_or_never_began()
    {
        await using var server = await TestServer.StartAsync(null, Enabled, "--LiveComments:Limits:StreamsPerAddress=2");
        var limits = server.Services.GetRequiredService<AddressLimits>();
        var live = await server.GoLiveAsync("""{"maxParticipants":1}""");
        for (var i = 0; i < 5; i++)
        {
            await server.Anonymous.RefusedAsync(Error.EventNotFound, "GET", "/live/nowhere/comments/stream");
            await server.Anonymous.RefusedAsync(Error.InvalidTicket, "GET", $"/live/{live}/comments/stream?ticket=nonsense");
        }
        await using (var viewer = await StreamClient.WebSocketAsync(server, live))
        {
            await viewer.NextAsync("hello");
            for (var i = 0; i < 5; i++)
                await server.Anonymous.RefusedAsync(Error.EventFull, "GET", $"/live/{live}/comments/stream");
            Assert.Equal(2, limits.Streams.Blocks);
        }
        await Http.EventuallyAsync(() => Task.FromResult(limits.Streams.Blocks == 0), "nothing is counted any more");
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_each_address_counts_for_itself_and_its_network_for_all()
    {
        await using var server = await TestServer.StartAsync(null, Enabled, BehindProxy, "--LiveComments:Limits:StreamsPerAddress=1", "--LiveComments:Limits:StreamsPerNetwork=2");
        var live = await server.GoLiveAsync();
        using var first = await OpenAsync(server, live, "203.0.113.1");
        using var again = await OpenAsync(server, live, "203.0.113.1");
        using var neighbour = await OpenAsync(server, live, "203.0.113.2");
        using var third = await OpenAsync(server, live, "203.0.113.3");
        using var elsewhere = await OpenAsync(server, live, "198.51.100.1");
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK],
            new[] { first, again, neighbour, third, elsewhere }.Select(answer => answer.StatusCode));
    }

    [Fact]
    public async Task An_address_that_nobody_vouches_for_is_not_believed()
    {
        await using var server = await TestServer.StartAsync(null, Enabled, "--LiveComments:Limits:StreamsPerAddress=1");
        var live = await server.GoLiveAsync();
        using var first = await OpenAsync(server, live, "203.0.113.1");
        using var second = await OpenAsync(server, live, "203.0.113.2");
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], new[] { first, second }.Select(answer => answer.StatusCode));
    }

    [Fact]
    public async Task Without_limits_an_address_opens_what_it_likes()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Limits:StreamsPerAddress=1");
        var live = await server.GoLiveAsync();
        await using var first = await StreamClient.WebSocketAsync(server, live);
        await using var second = await StreamClient.WebSocketAsync(server, live);
        await second.NextAsync("hello");
    }

    [Fact]
    public async Task Strangers_who_fill_an_event_keep_out_neither_its_staff_nor_who_was_admitted()
    {
        await using var server = await TestServer.StartAsync(null, Enabled);
        var live = await server.GoLiveAsync("""{"maxParticipants":3}""");
        Assert.True(EventId.TryParse(live, out var id));
        var (appointed, admitted) = (new UserId(Guid.NewGuid()), new UserId(Guid.NewGuid()));
        using var administrator = server.As(Role.Administrator);
        await administrator.CallAsync("PUT", $"/events/{live}/participants/{appointed}", """{"role":"moderator"}""");
        await administrator.CallAsync("PUT", $"/events/{live}/participants/{admitted}", """{"role":"viewer"}""");
        var strangers = new List<StreamClient>();
        for (var i = 0; i < 3; i++)
        {
            strangers.Add(await StreamClient.WebSocketAsync(server, live));
            await strangers[i].NextAsync("hello");
        }
        await server.Anonymous.RefusedAsync(Error.EventFull, "GET", $"/live/{live}/comments/stream");
        await server.As(Role.Viewer).RefusedAsync(Error.EventFull, "GET", $"/live/{live}/comments/stream");
        foreach (var token in new[] { server.Token(Role.Administrator), server.Token(Role.Moderator), server.Token(Role.Moderator, moderatorOf: id), server.Token(user: appointed), server.Token(user: admitted) })
        {
            await using var socket = await StreamClient.WebSocketAsync(server, live, token: token);
            await socket.NextAsync("hello");
            await using var events = await StreamClient.EventStreamAsync(server, live, token: server.Token(Role.Moderator));
            await events.NextAsync("hello");
        }
        // A moderator of another event is a stranger here.
        await server.As(Role.Moderator, moderatorOf: new EventId(Guid.NewGuid())).RefusedAsync(Error.EventFull, "GET", $"/live/{live}/comments/stream");

        // Who shows later that they are expected leaves the seat to a stranger.
        await strangers[0].SendAsync(new { type = "auth", token = server.Token(Role.Moderator) });
        await strangers[0].NextAsync("authenticated");
        await using var next = await StreamClient.WebSocketAsync(server, live);
        await next.NextAsync("hello");
        // And shown that they are not, they have none.
        await strangers[0].SendAsync(new { type = "auth", token = server.Token() });
        await strangers[0].EndedAsync();
        Assert.Equal((1013, "event-full"), ((int)strangers[0].CloseStatus!, strangers[0].CloseReason));
        foreach (var stranger in strangers)
            await stranger.DisposeAsync();
    }

    [Fact]
    public async Task One_stranger_who_fills_an_event_makes_room_for_those_who_come_from_elsewhere()
    {
        await using var server = await TestServer.StartAsync(null, Enabled, BehindProxy);
        var live = await server.GoLiveAsync("""{"maxParticipants":4}""");
        // The test's own connection, which no proxy vouches for another address of, is the stranger.
        var filling = new List<StreamClient>();
        for (var i = 0; i < 4; i++)
        {
            filling.Add(i % 2 == 0 ? await StreamClient.WebSocketAsync(server, live) : await StreamClient.EventStreamAsync(server, live));
            await filling[i].NextAsync("hello");
        }
        await server.Anonymous.RefusedAsync(Error.EventFull, "GET", $"/live/{live}/comments/stream");
        var others = new List<HttpResponseMessage>();
        for (var i = 0; i < 4; i++)
            others.Add(await OpenAsync(server, live, $"198.51.100.{i}"));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable], others.Select(answer => answer.StatusCode));
        // Its latest went first, and what is left to it is its share.
        foreach (var gone in filling[1..])
            await gone.EndedAsync();
        Assert.Equal((1013, "event-full"), ((int)filling[2].CloseStatus!, filling[2].CloseReason));
        await filling[0].SendAsync(new { type = "ping" });
        await filling[0].NextAsync("pong");
        foreach (var answer in others)
            answer.Dispose();
        foreach (var viewer in filling)
            await viewer.DisposeAsync();
    }

    /// <summary>Opens server-sent events as a proxy does for an address; what is answered, to be disposed of to end them.</summary>
    private static async Task<HttpResponseMessage> OpenAsync(TestServer server, string live, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/live/{live}/comments/stream") { Headers = { { "X-Forwarded-For", address } } };
        return await server.Anonymous.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<bool> OpensAsync(TestServer server, string live)
    {
        try
        {
            await using var viewer = await StreamClient.WebSocketAsync(server, live);
            return true;
        }
        catch (WebSocketException)
        {
            return false;
        }
    }
}
