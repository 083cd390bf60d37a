using System.Diagnostics;
using System.Net;
using System.Text.Json;
using LiveComments.Accounts;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Blocked networks, at every door and on open streams.</summary>
public sealed class NetworkBlockTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly UserId _administrator = new(Guid.NewGuid()), _ann = new(Guid.NewGuid());
    private TestServer _server = null!;
    private string _live = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(null, "--LiveComments:Proxy:Trusted:0=127.0.0.1");
        _live = await _server.GoLiveAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_blocked_network_is_served_nothing_until_the_block_is_taken_back_also_after_a_restart()
    {
        using var ann = _server.From("203.0.113.7", _ann);
        await ann.CommentAsync(_live, "hello");
        await using var socket = await StreamClient.WebSocketAsync(_server, _live, token: _server.Token(user: _ann), address: "203.0.113.7");
        await using var events = await StreamClient.EventStreamAsync(_server, _live, address: "203.0.113.200");
        await using var neighbour = await StreamClient.WebSocketAsync(_server, _live, address: "203.0.114.1");
        foreach (var stream in (StreamClient[])[socket, events, neighbour])
            await stream.NextAsync("hello");

        var would = await Administrator.CallAsync("POST", "/admin/network-blocks", """{"network":"203.0.113.0/24","dryRun":true}""");
        Assert.Equal((2, 1, false), (would.GetProperty("openStreams").GetInt32(), would.GetProperty("signedIn").GetInt32(), would.TryGetProperty("block", out _)));
        var block = (await Administrator.CallAsync("POST", "/admin/network-blocks", """{"network":"203.0.113.0/24","seconds":3600,"reason":"A flood."}""", HttpStatusCode.Created)).GetProperty("block");
        Assert.Equal(("203.0.113.0/24", "A flood."), (block.Text("network"), block.Text("reason")));
        Assert.Equal("network-blocked", (await socket.NextAsync("error")).Text("code"));
        await socket.EndedAsync();
        Assert.Equal((4403, "network-blocked"), ((int)socket.CloseStatus!, socket.CloseReason));
        await events.EndedAsync();
        foreach (var path in (string[])["/", $"/live/{_live}/comments", "/auth/refresh", "/healthz/live", "/nothing"])
            await ann.RefusedAsync(Error.NetworkBlocked, "GET", path);
        await ann.RefusedAsync(Error.NetworkBlocked, "POST", $"/live/{_live}/comments", """{"commentText":"again"}""");
        using (var elsewhere = _server.From("203.0.114.1", new UserId(Guid.NewGuid())))
            await elsewhere.CommentAsync(_live, "the neighbours stay");
        await neighbour.NextAsync("batch");

        await _server.RestartAsync();
        using var later = _server.From("::ffff:203.0.113.7", _ann);
        await later.RefusedAsync(Error.NetworkBlocked, "GET", "/");
        Assert.Equal(block.Text("blockID"), Assert.Single((await Administrator.CallAsync("GET", "/admin/network-blocks")).EnumerateArray()).Text("blockID"));
        using (var ended = await Administrator.SendAsync("DELETE", $"/admin/network-blocks/{block.Text("blockID")}"))
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await Administrator.RefusedAsync(Error.NotFound, "DELETE", $"/admin/network-blocks/{block.Text("blockID")}");
        await later.CommentAsync(_live, "back");
        Assert.Empty((await Administrator.CallAsync("GET", "/admin/network-blocks")).EnumerateArray());
        // Who did it and when is in the audit log.
        var lines = await _server.Services.GetRequiredService<IModerationStore>().AuditAfterAsync(0, 10, default);
        Assert.Equal(["BlockNetwork 203.0.113.0/24", "UnblockNetwork 203.0.113.0/24"], lines.Select(line => $"{line.Decision.Action} {line.Decision.Reason!.Split(' ')[0]}"));
        Assert.EndsWith("Z: A flood.", lines[0].Decision.Reason, StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Equal(_administrator, line.Decision.By));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_moderator_of_a_blocked_network_is_shown_nothing_more(bool isSocket)
    {
        await using var stream = await StreamClient.OfModeratorsAsync(_server, _live, _server.Token(Role.Moderator), isSocket, "203.0.113.9");
        await stream.NextAsync("queue");
        await Administrator.CallAsync("POST", "/admin/network-blocks", """{"network":"203.0.113.0/24"}""", HttpStatusCode.Created);
        await stream.EndedAsync();
    }

    [Fact]
    public async Task A_block_ends_by_itself()
    {
        await Administrator.CallAsync("POST", "/admin/network-blocks", """{"network":"2001:db8:1::/48","seconds":1}""", HttpStatusCode.Created);
        using var ann = _server.From("2001:db8:1:2::3", _ann);
        await Http.EventuallyAsync(async () => (await ann.GetAsync("/")).IsSuccessStatusCode, "the block is over");
        Assert.Empty((await Administrator.CallAsync("GET", "/admin/network-blocks")).EnumerateArray());
    }

    [Theory]
    [InlineData("203.0.0.0/7")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("2000::/18")]
    [InlineData("127.0.0.1")]
    [InlineData("127.5.0.0/16")]
    [InlineData("::ffff:127.0.0.0/104")]
    [InlineData("::1")]
    [InlineData("192.0.2.0/24")]
    [InlineData("example.org")]
    [InlineData("203.0.113.0/24'; DROP TABLE network_blocks;--")]
    [InlineData("")]
    public async Task Nobody_cuts_off_half_the_world_this_machine_or_themselves(string network)
    {
        using var administrator = _server.From("192.0.2.77", _administrator, Role.Administrator);
        await administrator.RefusedAsync(Error.InvalidRequest, "POST", "/admin/network-blocks", JsonSerializer.Serialize(new { network }));
        Assert.Empty((await administrator.CallAsync("GET", "/admin/network-blocks")).EnumerateArray());
    }

    [Theory]
    [InlineData("""{"network":"203.0.113.0/24","seconds":0}""")]
    [InlineData("""{"network":"203.0.113.0/24","seconds":99999999999}""")]
    [InlineData("""{"network":"203.0.113.0/24","reason":"\u0000"}""")]
    [InlineData("""{"seconds":60}""")]
    public async Task A_block_that_is_none_is_refused(string body) => await Administrator.RefusedAsync(Error.InvalidRequest, "POST", "/admin/network-blocks", body);

    [Fact]
    public async Task Only_administrators_see_and_block_networks()
    {
        foreach (var role in (Role[])[Role.Viewer, Role.Moderator])
        {
            using var client = _server.As(role);
            await client.RefusedAsync(Error.Forbidden, "GET", "/admin/network-blocks");
            await client.RefusedAsync(Error.Forbidden, "POST", "/admin/network-blocks", """{"network":"203.0.113.0/24"}""");
            await client.RefusedAsync(Error.Forbidden, "DELETE", $"/admin/network-blocks/{Guid.NewGuid()}");
        }
        await _server.Anonymous.RefusedAsync(Error.Unauthenticated, "GET", "/admin/network-blocks");
        foreach (var id in (string[])["x", "00000000-0000-0000-0000-000000000000", "' OR 1=1--", "%00", "..%2f..%2f"])
            await Administrator.RefusedAsync(Error.NotFound, "DELETE", $"/admin/network-blocks/{Uri.EscapeDataString(id)}");
    }

    [Fact]
    public async Task A_forged_header_neither_blocks_somebody_else_nor_gets_around_a_block()
    {
        // Nobody is trusted here, so everybody is who they are: 127.0.0.1.
        await using var plain = await TestServer.StartAsync();
        using var administrator = plain.As(Role.Administrator);
        await administrator.CallAsync("POST", "/admin/network-blocks", """{"network":"203.0.113.0/24"}""", HttpStatusCode.Created);
        using var forger = plain.From("203.0.113.7", _ann);
        using (var served = await forger.GetAsync("/"))
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        // Behind the proxy, what the client itself has put before the proxy's entry counts for nothing.
        await Administrator.CallAsync("POST", "/admin/network-blocks", """{"network":"203.0.113.0/24"}""", HttpStatusCode.Created);
        using var blocked = _server.From("198.51.100.1, 203.0.113.7", _ann);
        await blocked.RefusedAsync(Error.NetworkBlocked, "GET", "/");
        using var innocent = _server.From("203.0.113.7, 198.51.100.1", _ann);
        using (var served = await innocent.GetAsync("/"))
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task A_block_closes_a_thousand_open_sockets()
    {
        const int Sockets = 1_000;
        var sockets = new List<StreamClient>();
        try
        {
            foreach (var some in Enumerable.Range(0, Sockets).Chunk(50))
                sockets.AddRange(await Task.WhenAll(some.Select(i => StreamClient.WebSocketAsync(_server, _live, address: $"203.0.113.{i % 250}"))));
            await Task.WhenAll(sockets.Select(socket => socket.NextAsync("hello")));
            var clock = Stopwatch.StartNew();
            var ends = sockets.Select(async socket =>
            {
                await socket.EndedAsync();
                return clock.Elapsed;
            }).ToArray();
            var answer = await Administrator.CallAsync("POST", "/admin/network-blocks", """{"network":"203.0.113.0/24"}""", HttpStatusCode.Created);
            var answered = clock.Elapsed;
            Assert.Equal(Sockets, answer.GetProperty("openStreams").GetInt32());
            var line = $"The block was answered after {answered.TotalMilliseconds:F0} ms and had closed {Sockets} sockets after {(await Task.WhenAll(ends)).Max().TotalMilliseconds:F0} ms.";
            Assert.All(sockets, socket => Assert.Equal(4403, (int)socket.CloseStatus!));
            output.WriteLine(line);
            Console.WriteLine(line);
        }
        finally
        {
            await Task.WhenAll(sockets.Select(socket => socket.DisposeAsync().AsTask()));
        }
    }

    private HttpClient Administrator => _server.As(Role.Administrator, _administrator);
}
