using LiveComments.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace LiveComments.Tests.Server;

public sealed class HostCheckTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:5080")]
    [InlineData("friend.localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8:1")]
    [InlineData("[::1]:5080")]
    [InlineData("[2001:db8::7]")]
    // The address of a pod, or of a machine before which no proxy is: nobody's name server leads there.
    [InlineData("203.0.113.7")]
    public async Task This_machine_and_addresses_are_answered(string host)
    {
        await using var server = await EdgeServer.StartAsync(_ => { });
        Assert.Equal("written", await AskAsync(server, host));
    }

    [Theory]
    [InlineData("rebound.example.org")]
    [InlineData("rebound.example.org:5080")]
    [InlineData("127.0.0.1.example.org")]
    [InlineData("localhost.example.org")]
    [InlineData("notlocalhost")]
    public async Task A_name_that_nobody_gave_the_server_is_refused(string host)
    {
        await using var server = await EdgeServer.StartAsync(_ => { });
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post, HttpMethod.Options])
        {
            var refused = await server.SendAsync(method, "/write", ("Host", host));
            await ProblemAssert.IsAsync(Error.HostRefused, refused);
            Assert.Contains("LiveComments:Hosts:Allowed", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Names_that_the_operator_gives_are_answered_and_no_others()
    {
        await using var server = await EdgeServer.StartAsync(_ => { }, "--LiveComments:Hosts:Allowed:0=live.example.org", "--LiveComments:Hosts:Allowed:1=*.example.net");
        foreach (var host in (string[])["live.example.org", "LIVE.example.org:443", "live.example.org.", "live.example.org", "a.example.net", "a.b.example.net"])
            Assert.Equal("written", await AskAsync(server, host));
        foreach (var host in (string[])["example.org", "other.example.org", "example.net", "live.example.org.example.com"])
            await ProblemAssert.IsAsync(Error.HostRefused, await server.SendAsync(HttpMethod.Post, "/write", ("Host", host)));
    }

    [Fact]
    public async Task An_operator_may_open_the_server_to_every_name()
    {
        await using var server = await EdgeServer.StartAsync(_ => { }, "--LiveComments:Hosts:Allowed:0=*");
        Assert.Equal("written", await AskAsync(server, "anything.example.org"));
    }

    [Fact]
    public void The_names_that_the_server_was_told_to_listen_on_are_known()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://live.example.org:5080;http://*:80; http://unix:/run/livecomments.sock",
            ["Kestrel:Endpoints:Public:Url"] = "https://bücher.example.org",
        }).Build();
        Assert.Equal(["live.example.org", "xn--bcher-kva.example.org"], HostCheck.NamesListenedOn(configuration));
    }

    [Fact]
    public async Task The_name_that_a_trusted_proxy_passes_on_is_checked_and_that_of_others_is_not_believed()
    {
        await using var trusted = await EdgeServer.StartAsync(_ => { }, "--LiveComments:Proxy:Trusted:0=127.0.0.1", "--LiveComments:Hosts:Allowed:0=live.example.org");
        Assert.Equal("written", await AskAsync(trusted, "localhost", ForwardedFrom("live.example.org")));
        await ProblemAssert.IsAsync(Error.HostRefused, await trusted.SendAsync(HttpMethod.Post, "/write", ForwardedFrom("rebound.example.org")));

        await using var other = await EdgeServer.StartAsync(_ => { }, "--LiveComments:Hosts:Allowed:0=live.example.org");
        await ProblemAssert.IsAsync(Error.HostRefused, await other.SendAsync(HttpMethod.Post, "/write", [("Host", "rebound.example.org"), .. ForwardedFrom("live.example.org")]));

        static (string, string)[] ForwardedFrom(string host) => [("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Host", host)];
    }

    [Fact]
    public async Task Probes_are_answered_whatever_name_they_ask_for()
    {
        await using var server = await EdgeServer.StartAsync(app => app.MapGet("/probe", () => "live").OfAnyHost());
        Assert.Equal("live", await (await server.SendAsync(HttpMethod.Get, "/probe", ("Host", "probe.example.org"))).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_log_says_once_in_a_while_what_to_set()
    {
        var time = new FakeTime();
        await using var server = await EdgeServer.StartAsync(_ => { }, time, []);
        for (var i = 0; i < 3; i++)
            await server.SendAsync(HttpMethod.Get, "/seen", ("Host", "live.example.org"));
        var warning = Assert.Single(server.Warnings);
        Assert.Contains("live.example.org", warning, StringComparison.Ordinal);
        Assert.Contains("LiveComments:Hosts:Allowed", warning, StringComparison.Ordinal);
        time.Advance(OccasionalWarning.Pause);
        await server.SendAsync(HttpMethod.Get, "/seen", ("Host", "live.example.org"));
        Assert.Equal(2, server.Warnings.Count);
    }

    [Theory]
    [InlineData("https://live.example.org")]
    [InlineData("live.example.org:443")]
    [InlineData("live example.org")]
    [InlineData("*.")]
    [InlineData("live.*.org")]
    [InlineData("")]
    public async Task A_server_with_a_host_that_is_none_does_not_start(string host)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => EdgeServer.StartAsync(_ => { }, $"--LiveComments:Hosts:Allowed:0={host}"));
        Assert.Contains("LiveComments:Hosts:Allowed", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(EdgeServer server, string host, params (string, string)[] headers) =>
        await (await server.SendAsync(HttpMethod.Post, "/write", [("Host", host), .. headers])).Content.ReadAsStringAsync();
}
