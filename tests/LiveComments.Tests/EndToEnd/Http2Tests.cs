using System.Net;
using System.Net.WebSockets;
using LiveComments.Accounts;

namespace LiveComments.Tests.EndToEnd;

/// <summary>The server's own TLS, over which browsers speak HTTP/2: one connection for everything a browser asks of the server.</summary>
public sealed class Http2Tests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_WebSocket_over_HTTP_2_has_its_subprotocol_and_the_standing_headers_with_or_without_compression(bool serverCompresses, bool offers)
    {
        await using var server = await TestServer.StartWithTlsAsync($"--LiveComments:Stream:Compression={serverCompresses}");
        var live = await server.GoLiveAsync();
        using var invoker = new HttpMessageInvoker(server.Handler());
        using var socket = new ClientWebSocket();
        (socket.Options.HttpVersion, socket.Options.HttpVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        socket.Options.AddSubProtocol("livecomments.v1");
        socket.Options.CollectHttpResponseDetails = true;
        if (offers)
            socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        using var timeout = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new UriBuilder(new Uri(server.BaseAddress, $"/live/{live}/comments/stream")) { Scheme = "wss" }.Uri, invoker, timeout.Token);
        Assert.Equal("livecomments.v1", socket.SubProtocol);
        var headers = socket.HttpResponseHeaders!;
        Assert.Equal(["nosniff"], headers["X-Content-Type-Options"]);
        Assert.Equal(["no-referrer"], headers["Referrer-Policy"]);
        Assert.Equal(serverCompresses && offers, headers.ContainsKey("Sec-WebSocket-Extensions"));
        var hello = new byte[4096];
        var received = await socket.ReceiveAsync(hello, timeout.Token);
        Assert.Contains("\"hello\"", System.Text.Encoding.UTF8.GetString(hello, 0, received.Count), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Moderators_have_their_WebSocket_over_HTTP_2_too()
    {
        await using var server = await TestServer.StartWithTlsAsync();
        var live = await server.GoLiveAsync();
        using var administrator = server.As(Role.Administrator);
        var ticket = (await administrator.CallAsync("POST", "/auth/stream-ticket")).Text("ticket");
        using var invoker = new HttpMessageInvoker(server.Handler());
        using var socket = new ClientWebSocket();
        (socket.Options.HttpVersion, socket.Options.HttpVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        using var timeout = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new UriBuilder(new Uri(server.BaseAddress, $"/live/{live}/moderation/stream?ticket={ticket}")) { Scheme = "wss" }.Uri, invoker, timeout.Token);
        var hello = new byte[4096];
        var received = await socket.ReceiveAsync(hello, timeout.Token);
        Assert.Contains("\"hello\"", System.Text.Encoding.UTF8.GetString(hello, 0, received.Count), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_very_many_streams_open_on_one_connection_is_still_answered()
    {
        await using var server = await TestServer.StartWithTlsAsync();
        var live = await server.GoLiveAsync();
        using var handler = server.Handler();
        using var client = new HttpClient(handler)
        {
            BaseAddress = server.BaseAddress,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Patience,
        };
        var streams = new List<HttpResponseMessage>();
        try
        {
            // More than Chromium opens on one connection, which is 256.
            for (var i = 0; i < 300; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"/live/{live}/comments/stream") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
                request.Headers.Accept.ParseAdd("text/event-stream");
                streams.Add(await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
            }
            using var answer = await client.GetAsync($"/events/{live}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        finally
        {
            streams.ForEach(stream => stream.Dispose());
        }
    }
}
