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
        await using var server = await EdgeServer.StartAsync(_ => { }, $"--LiveComments:Proxy:Trusted:0={proxy}");
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

    private static async Task<string> SeenAsync(EdgeServer server, string path) =>
        await (await server.SendAsync(HttpMethod.Get, path, Forwarded)).Content.ReadAsStringAsync();
}
