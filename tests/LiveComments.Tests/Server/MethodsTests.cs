using System.Net;
using System.Text.RegularExpressions;
using LiveComments.Accounts;
using LiveComments.Feeds;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Server;

/// <summary>HEAD, and what a path says that it takes.</summary>
public sealed partial class MethodsTests : IAsyncLifetime
{
    /// <summary>What two answers to the same question may differ in: the time, and how the body that a HEAD does not get is sent.</summary>
    private static readonly string[] Varying = ["Date", "Transfer-Encoding"];

    private TestServer _server = null!;
    private HttpClient _administrator = null!;
    private string _event = null!;
    private string _comment = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _administrator = _server.As(Role.Administrator);
        var created = await _administrator.CallAsync("POST", "/events", """{"title":"Final","eventType":"sports","startTime":"2026-01-31T20:00:00Z","videoID":"final"}""", HttpStatusCode.Created);
        _event = created.Text("eventID")!;
        _comment = (await _server.PlaceCommentsAsync(_event, new UserId(Guid.NewGuid()), "one", "two", "three"))[1].Id.ToString();
        // The replay of a live event grows while it is asked for.
        await _administrator.CallAsync("POST", $"/events/{_event}/end");
        // So do its statistics, until everything is counted.
        await Http.EventuallyAsync(async () => (await _administrator.CallAsync("GET", $"/live/{_event}/stats")).GetProperty("totals").Number("comments") == 3, "the comments are counted");
    }

    public async Task DisposeAsync()
    {
        _administrator.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Every_GET_answers_HEAD_with_the_same_headers_and_no_body()
    {
        var paths = Routes().Where(route => route.Methods.Contains("GET")).Select(route => Filled(route.Pattern)).Where(path => !path.EndsWith("/stream", StringComparison.Ordinal))
            .Concat([$"/live/{_event}/comments?limit=1", "/users?username=nobody", "/live/nothing", "/assets/latest/nothing.js", $"/live/{_event}/comments?limit=x"]).ToList();
        Assert.True(paths.Count > 15);
        foreach (var path in paths)
        {
            using var got = await _administrator.SendAsync("GET", path);
            using var asked = await _administrator.SendAsync("HEAD", path);
            Assert.True(got.StatusCode == asked.StatusCode, $"{path}: {(int)asked.StatusCode} instead of {(int)got.StatusCode}");
            Assert.Equal(Headers(got, path), Headers(asked, path));
            Assert.Empty(await asked.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task A_HEAD_over_HTTP_2_gets_no_body_either()
    {
        await using var server = await EdgeServer.StartWithTlsAsync(_ => { });
        using var request = new HttpRequestMessage(HttpMethod.Head, "/nothing") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 0);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task HEAD_on_a_stream_opens_none_and_uses_no_ticket_up()
    {
        var path = $"/live/{_event}/comments/stream";
        using (var asked = await _server.Anonymous.SendAsync("HEAD", path))
        {
            Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
            Assert.Equal("text/event-stream", asked.Content.Headers.ContentType?.MediaType);
            Assert.Equal("no", Assert.Single(asked.Headers.GetValues("X-Accel-Buffering")));
        }
        using (var asked = await _administrator.SendAsync("HEAD", $"/live/{_event}/moderation/stream"))
            Assert.Equal("text/event-stream", asked.Content.Headers.ContentType?.MediaType);
        var ticket = (await _administrator.CallAsync("POST", "/auth/stream-ticket")).Text("ticket");
        for (var i = 0; i < 2; i++)
            using (var again = await _server.Anonymous.SendAsync("HEAD", $"{path}?ticket={ticket}"))
                Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        await AssertRefusedAsync(Error.InvalidTicket, $"{path}?ticket=none");
        await AssertRefusedAsync(Error.EventNotFound, "/live/nothing/comments/stream");
        await AssertRefusedAsync(Error.InvalidPosition, $"{path}?after=nowhere");

        using var socket = new HttpRequestMessage(HttpMethod.Head, path);
        foreach (var (name, value) in ((string, string)[])[("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")])
            socket.Headers.TryAddWithoutValidation(name, value);
        Assert.Equal(HttpStatusCode.OK, (await _server.Anonymous.SendAsync(socket)).StatusCode);

        var feeds = _server.Services.GetRequiredService<EventFeeds>();
        Assert.Equal(0, feeds.FanOut.Connections.Count);
        Assert.Equal(0, feeds.AllViewers);

        async Task AssertRefusedAsync(Error error, string path)
        {
            using var refused = await _server.Anonymous.SendAsync("HEAD", path);
            Assert.Equal(error.Status, (int)refused.StatusCode);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task A_wrong_method_is_told_exactly_the_methods_that_work()
    {
        foreach (var path in Routes().GroupBy(route => Filled(route.Pattern), route => route.Methods))
        {
            var works = path.SelectMany(methods => methods).ToHashSet();
            if (works.Contains("GET"))
                works.Add("HEAD");
            foreach (var method in (string[])["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CHEER"])
            {
                if (works.Contains(method))
                    continue;
                using var answer = await _administrator.SendAsync(method, path.Key);
                Assert.True(answer.StatusCode == HttpStatusCode.MethodNotAllowed, $"{method} {path.Key}: {(int)answer.StatusCode}");
                Assert.Equal(works.Order(), answer.Content.Headers.Allow.Order());
            }
        }
    }

    private IEnumerable<(string Pattern, IReadOnlyList<string> Methods)> Routes() => _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Select(endpoint => (endpoint.RoutePattern.RawText!, endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]));

    private string Filled(string pattern) => "/" + pattern.Replace("{videoID}", _event).Replace("{commentID}", _comment).Replace("{segment}", "0").Replace("{version}", "latest")
        .Replace("{**file}", "js/livecomments.js").Replace("{provider}", "company").Replace("{userID}", "019c15a4-1200-7f11-b858-a478ffd15426").Trim('/');

    private static SortedDictionary<string, string> Headers(HttpResponseMessage answer, string path) => new(answer.Headers.Concat(answer.Content.Headers)
        .Where(header => !Varying.Contains(header.Key) && !(path == "/metrics" && header.Key is "Content-Length" or "Last-Modified")
            // A page with a nonce is another one each time.
            && !(path == "/docs" && header.Key == "ETag"))
        .ToDictionary(header => header.Key, header => Nonce().Replace(string.Join(" | ", header.Value), "nonce")));

    /// <summary>Another for each answer.</summary>
    [GeneratedRegex("nonce-[0-9a-f]{32}")]
    private static partial Regex Nonce();
}
