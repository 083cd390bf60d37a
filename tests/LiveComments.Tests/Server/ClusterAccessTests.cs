using System.Net;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Server;

/// <summary>Who may operate the nodes.</summary>
public sealed class ClusterAccessTests : IAsyncLifetime
{
    private static readonly (string Method, string Path)[] Calls =
    [
        ("GET", "/cluster/members"), ("GET", "/cluster/changes?after=0"), ("GET", "/cluster/shards"), ("GET", "/cluster/events/nothing"), ("GET", "/cluster/relays"),
        ("DELETE", "/cluster/members/10.0.0.11:4053"), ("POST", "/cluster/leave"),
    ];

    private TestServer _server = null!;

    // The client's address is set as a trusted proxy would.
    public async Task InitializeAsync() => _server = await TestServer.StartAsync(null, "--LiveComments:Metrics:Readers:0=203.0.113.0/24", "--LiveComments:Proxy:Trusted:0=127.0.0.1");

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task From_elsewhere_only_administrators_may()
    {
        foreach (var (method, path) in Calls)
        {
            await ProblemAssert.IsAsync(Error.Unauthenticated, await SendAsync(null, method, path));
            await ProblemAssert.IsAsync(Error.Forbidden, await SendAsync(_server.Token(), method, path));
            await ProblemAssert.IsAsync(Error.Forbidden, await SendAsync(_server.Token(Role.Moderator), method, path));
        }
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(_server.Token(Role.Administrator), "GET", "/cluster/members")).StatusCode);
        await ProblemAssert.IsAsync(Error.EventNotFound, await SendAsync(_server.Token(Role.Administrator), "GET", "/cluster/events/nothing"));
        await ProblemAssert.IsAsync(Error.NodeNotFound, await SendAsync(_server.Token(Role.Administrator), "DELETE", "/cluster/members/10.0.0.11:4053"));
    }

    [Fact]
    public async Task From_this_machine_everybody_may_but_not_through_an_unknown_proxy()
    {
        Assert.Equal(HttpStatusCode.OK, (await _server.Anonymous.GetAsync("/cluster/members")).StatusCode);
        await using var behind = await TestServer.StartAsync();
        foreach (var (method, path) in Calls)
            await ProblemAssert.IsAsync(Error.Unauthenticated, await SendAsync(null, method, path, behind, "127.0.0.1"));
    }

    [Fact]
    public async Task A_page_of_another_origin_may_not_stop_the_node()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/cluster/leave");
        request.Headers.Add("Origin", "https://evil.example");
        await ProblemAssert.IsAsync(Error.OriginRefused, await _server.Anonymous.SendAsync(request));
    }

    private Task<HttpResponseMessage> SendAsync(string? token, string method, string path, TestServer? server = null, string from = "203.0.113.7")
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("X-Forwarded-For", from);
        return (server ?? _server).Client(token).SendAsync(request);
    }
}
