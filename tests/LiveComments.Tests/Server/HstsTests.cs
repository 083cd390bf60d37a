namespace LiveComments.Tests.Server;

public sealed class HstsTests
{
    [Fact]
    public async Task Who_comes_by_the_servers_own_TLS_is_told_to_stay_with_it()
    {
        await using var server = await EdgeServer.StartWithTlsAsync(_ => { }, "--LiveComments:Hosts:Allowed:0=live.example.org");
        Assert.Equal("max-age=15552000", await HstsAsync(server, ("Host", "live.example.org")));
        // A developer's other servers are on the same name.
        Assert.Null(await HstsAsync(server, ("Host", "localhost")));
        Assert.Null(await HstsAsync(server, ("Host", "127.0.0.1")));
    }

    [Fact]
    public async Task A_proxy_says_that_itself()
    {
        await using var plain = await EdgeServer.StartAsync(_ => { }, "--LiveComments:Hosts:Allowed:0=live.example.org", "--LiveComments:Proxy:Trusted:0=127.0.0.1");
        Assert.Null(await HstsAsync(plain, ("Host", "live.example.org"), ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https")));
        Assert.Null(await HstsAsync(plain, ("Host", "live.example.org")));
        await using var encrypted = await EdgeServer.StartWithTlsAsync(_ => { }, "--LiveComments:Hosts:Allowed:0=live.example.org", "--LiveComments:Proxy:Trusted:0=127.0.0.1");
        Assert.Null(await HstsAsync(encrypted, ("Host", "live.example.org"), ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https")));
    }

    private static async Task<string?> HstsAsync(EdgeServer server, params (string, string)[] headers)
    {
        using var answer = await server.SendAsync(HttpMethod.Get, "/seen", headers);
        Assert.True(answer.IsSuccessStatusCode);
        return answer.Headers.TryGetValues("Strict-Transport-Security", out var values) ? Assert.Single(values) : null;
    }
}
