using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LiveComments.Tests.Server;

public sealed class OriginCheckTests
{
    private const string Page = "https://www.example.org";

    [Fact]
    public async Task A_page_of_another_origin_may_not_write()
    {
        await using var server = await EdgeServer.StartAsync(_ => { });
        foreach (var origin in (string[])[Page, "null", $"https://{server.BaseAddress.Authority}", $"http://{server.BaseAddress.Host}:1", $"http://{server.BaseAddress.Authority}.example.org"])
            await ProblemAssert.IsAsync(Error.OriginRefused, await server.SendAsync(HttpMethod.Post, "/write", ("Origin", origin)));
        await ProblemAssert.IsAsync(Error.OriginRefused, await server.SendAsync(HttpMethod.Post, "/write", ("Origin", Page), ("Authorization", "Bearer x")));
        await ProblemAssert.IsAsync(Error.OriginRefused, await server.SendAsync(HttpMethod.Post, "/write", ("Sec-Fetch-Site", "cross-site")));
    }

    [Fact]
    public async Task Our_own_pages_pages_of_the_list_and_programs_may_write()
    {
        await using var server = await EdgeServer.StartAsync(_ => { }, $"--LiveComments:Origins:Allowed:0={Page}");
        foreach (var headers in ((string, string)[][])[[], [("Origin", $"http://{server.BaseAddress.Authority}")], [("Origin", Page)], [("Authorization", "Bearer x")], [("Sec-Fetch-Site", "same-origin")]])
            Assert.Equal("written", await (await server.SendAsync(HttpMethod.Post, "/write", headers)).Content.ReadAsStringAsync());
        await ProblemAssert.IsAsync(Error.OriginRefused, await server.SendAsync(HttpMethod.Post, "/write", ("Origin", "https://other.example.org")));
    }

    [Fact]
    public async Task A_web_socket_opens_only_for_our_pages_those_of_the_list_and_programs()
    {
        await using var server = await EdgeServer.StartAsync(app => app.UseWebSockets().UseEndpoints(endpoints => endpoints.MapGet("/socket", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        })), $"--LiveComments:Origins:Allowed:0={Page}");
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync("https://other.example.org"));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await OpenAsync(Page));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await OpenAsync($"http://{server.BaseAddress.Authority}"));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await OpenAsync(null));

        async Task<HttpStatusCode> OpenAsync(string? origin)
        {
            using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
            if (origin is not null)
                socket.Options.SetRequestHeader("Origin", origin);
            try
            {
                await socket.ConnectAsync(new Uri($"ws://{server.BaseAddress.Authority}/socket"), CancellationToken.None);
            }
            catch (WebSocketException)
            {
            }
            return socket.HttpStatusCode;
        }
    }

    [Fact]
    public async Task Answers_are_readable_across_origins_only_for_pages_of_the_list()
    {
        await using var closed = await EdgeServer.StartAsync(_ => { });
        Assert.False((await closed.SendAsync(HttpMethod.Get, "/seen", ("Origin", Page))).Headers.Contains("Access-Control-Allow-Origin"));

        await using var open = await EdgeServer.StartAsync(_ => { }, $"--LiveComments:Origins:Allowed:0={Page}");
        Assert.Equal(Page, Assert.Single((await open.SendAsync(HttpMethod.Get, "/seen", ("Origin", Page))).Headers.GetValues("Access-Control-Allow-Origin")));
        // Also when the answer is a refusal: a page must be able to read why.
        var refused = await open.SendAsync(HttpMethod.Get, "/nothing", ("Origin", Page));
        await ProblemAssert.IsAsync(Error.NotFound, refused);
        Assert.Equal(Page, Assert.Single(refused.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.False((await open.SendAsync(HttpMethod.Get, "/seen", ("Origin", "https://other.example.org"))).Headers.Contains("Access-Control-Allow-Origin"));

        var preflight = await open.SendAsync(HttpMethod.Options, "/write", ("Origin", Page), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,idempotency-key"));
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Contains("Idempotency-Key", string.Join(',', preflight.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("www.example.org")]
    [InlineData("https://www.example.org/")]
    [InlineData("file:///tmp")]
    public async Task A_server_with_an_origin_that_is_none_does_not_start(string origin)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => EdgeServer.StartAsync(_ => { }, $"--LiveComments:Origins:Allowed:0={origin}"));
        Assert.Contains("LiveComments:Origins:Allowed", refused.Message, StringComparison.Ordinal);
    }
}
