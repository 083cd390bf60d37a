using System.Net;
using LiveComments.Accounts;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Http;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Server;

public sealed class ProxyTests
{
    private static readonly (string, string)[] Forwarded = [("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "live.example.org")];

    [Fact]
    public async Task Nobodys_forwarded_headers_are_believed_by_default()
    {
        await using var server = await EdgeServer.StartAsync(_ => { });
        Assert.Equal($"{server.BaseAddress}seen 127.0.0.1", await SeenAsync(server, "/seen"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.0/8")]
    public async Task A_trusted_proxys_forwarded_headers_are_believed(string proxy)
    {
        await using var server = await EdgeServer.StartAsync(_ => { }, $"--LiveComments:Proxy:Trusted:0={proxy}", "--LiveComments:Hosts:Allowed:0=live.example.org");
        Assert.Equal("https://live.example.org/seen 203.0.113.7", await SeenAsync(server, "/seen"));
    }

    [Fact]
    public async Task An_address_that_a_client_invents_before_a_trusted_proxy_is_not_believed()
    {
        await using var server = await EdgeServer.StartAsync(_ => { }, "--LiveComments:Proxy:Trusted:0=127.0.0.1");
        var answer = await server.SendAsync(HttpMethod.Get, "/seen", ("X-Forwarded-For", "198.51.100.1, 203.0.113.7"));
        Assert.EndsWith(" 203.0.113.7", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_base_is_taken_off_and_known()
    {
        await using var server = await EdgeServer.StartAsync(_ => { }, "--LiveComments:Proxy:PathBase=/comments");
        Assert.Equal($"{server.BaseAddress}comments/seen 127.0.0.1", await SeenAsync(server, "/comments/seen"));
        Assert.Equal($"{server.BaseAddress}seen 127.0.0.1", await SeenAsync(server, "/seen"));
    }

    [Theory]
    [InlineData("Trusted:0=proxy.example.org", "LiveComments:Proxy:Trusted")]
    [InlineData("PathBase=comments/", "LiveComments:Proxy:PathBase")]
    public async Task A_server_with_a_proxy_that_is_none_does_not_start(string setting, string named)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => EdgeServer.StartAsync(_ => { }, $"--LiveComments:Proxy:{setting}"));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/comments", "/comments")]
    [InlineData("/comments/", "/comments")]
    [InlineData("/a/b-c_d.e~1", "/a/b-c_d.e~1")]
    [InlineData("/", "/elsewhere")]
    [InlineData("comments", "/elsewhere")]
    [InlineData("//example.org", "/elsewhere")]
    [InlineData("/a//b", "/elsewhere")]
    [InlineData("/a/../b", "/elsewhere")]
    [InlineData("/..", "/elsewhere")]
    [InlineData("/\"><script>", "/elsewhere")]
    [InlineData("/a;Domain=example.org", "/elsewhere")]
    [InlineData("/a, /b", "/elsewhere")]
    [InlineData("/\\example.org", "/elsewhere")]
    [InlineData("https://example.org/", "/elsewhere")]
    public async Task A_trusted_proxy_says_under_which_path_it_shows_the_server(string prefix, string seen)
    {
        await using var server = await EdgeServer.StartAsync(_ => { }, "--LiveComments:Proxy:Trusted:0=127.0.0.1", "--LiveComments:Proxy:PathBase=/elsewhere");
        // What cannot be one counts as not said.
        var path = seen == "/elsewhere" ? "/elsewhere/seen" : "/seen";
        Assert.Equal($"{server.BaseAddress}{seen[1..]}/seen 203.0.113.7", await (await server.SendAsync(HttpMethod.Get, path, ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Prefix", prefix))).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_path_of_unbounded_length_is_no_prefix()
    {
        await using var server = await EdgeServer.StartAsync(_ => { }, "--LiveComments:Proxy:Trusted:0=127.0.0.1");
        Assert.Equal($"{server.BaseAddress}seen 203.0.113.7", await (await server.SendAsync(HttpMethod.Get, "/seen", ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Prefix", "/" + new string('a', 300)))).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Nobody_elses_prefix_is_believed()
    {
        await using var server = await EdgeServer.StartAsync(_ => { });
        Assert.Equal($"{server.BaseAddress}seen 127.0.0.1", await (await server.SendAsync(HttpMethod.Get, "/seen", ("X-Forwarded-Prefix", "/comments"))).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Everything_that_the_server_gives_out_stands_under_a_proxys_prefix()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Proxy:Trusted:0=127.0.0.1");
        server.Anonymous.DefaultRequestHeaders.Add("X-Forwarded-Prefix", "/talk");
        using var administrator = server.As(Role.Administrator);
        administrator.DefaultRequestHeaders.Add("X-Forwarded-Prefix", "/talk");

        using var created = await administrator.SendAsync("POST", "/events", """{"title":"Final","eventType":"sports","startTime":"2026-01-31T20:00:00Z","videoID":"final"}""");
        Assert.Equal("/talk/events/final", created.Headers.Location?.OriginalString);
        await server.PlaceCommentsAsync((await created.JsonAsync(HttpStatusCode.Created)).Text("eventID")!, new UserId(Guid.NewGuid()), "one", "two");
        using var page = await server.Anonymous.GetAsync("/live/final/comments?limit=1");
        Assert.StartsWith("/talk/live/final/comments?", page.Link("prev"), StringComparison.Ordinal);
        Assert.Contains("data-base=\"/talk/\"", await server.Anonymous.GetStringAsync("/live/final"), StringComparison.Ordinal);
        Assert.Contains("\"url\":\"/talk\"", await server.Anonymous.GetStringAsync("/openapi/v1.json"), StringComparison.Ordinal);

        using var registration = new HttpRequestMessage(HttpMethod.Post, "/auth/register")
        {
            Content = new StringContent("""{"username":"somebody","email":"somebody@example.org","password":"a long pass phrase"}""", null, "application/json"),
            Headers = { { "X-Requested-With", "LiveComments" } },
        };
        using var registered = await server.Anonymous.SendAsync(registration);
        Assert.All(registered.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("path=/talk/auth", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_log_says_once_in_a_while_that_a_proxy_is_not_believed_and_what_to_set()
    {
        var time = new FakeTime();
        await using var server = await EdgeServer.StartAsync(_ => { }, time, []);
        for (var i = 0; i < 3; i++)
            await SeenAsync(server, "/seen");
        var warning = Assert.Single(server.Warnings);
        Assert.Contains("127.0.0.1", warning, StringComparison.Ordinal);
        Assert.Contains("LiveComments:Proxy:Trusted", warning, StringComparison.Ordinal);
        time.Advance(OccasionalWarning.Pause);
        await SeenAsync(server, "/seen");
        Assert.Equal(2, server.Warnings.Count);
    }

    [Fact]
    public async Task A_believed_proxy_is_nothing_to_warn_of()
    {
        await using var server = await EdgeServer.StartAsync(_ => { }, "--LiveComments:Proxy:Trusted:0=127.0.0.1", "--LiveComments:Hosts:Allowed:0=live.example.org");
        await SeenAsync(server, "/seen");
        await server.SendAsync(HttpMethod.Get, "/seen", ("X-Forwarded-For", "198.51.100.1, 203.0.113.7"));
        Assert.Empty(server.Warnings);
    }

    [Fact]
    public async Task A_page_behind_a_tls_proxy_that_nobody_trusts_is_told_why_it_may_not_act_and_so_is_the_log()
    {
        await using var server = await EdgeServer.StartAsync(_ => { });
        var refused = await server.SendAsync(HttpMethod.Post, "/write", ("Origin", $"https://{server.BaseAddress.Authority}"));
        await ProblemAssert.IsAsync(Error.OriginRefused, refused);
        Assert.Contains("LiveComments:Proxy:Trusted", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("LiveComments:Proxy:Trusted", Assert.Single(server.Warnings), StringComparison.Ordinal);

        refused = await server.SendAsync(HttpMethod.Post, "/write", [("Origin", "https://live.example.org"), .. Forwarded]);
        Assert.Contains("LiveComments:Proxy:Trusted", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        refused = await server.SendAsync(HttpMethod.Post, "/write", ("Origin", "https://www.example.org"));
        Assert.DoesNotContain("Proxy", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> SeenAsync(EdgeServer server, string path) =>
        await (await server.SendAsync(HttpMethod.Get, path, Forwarded)).Content.ReadAsStringAsync();
}
