using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace LiveComments.Tests.EndToEnd;

/// <summary>A client of the stream on a real socket, WebSocket or SSE: what the server says arrives as JSON objects in order.</summary>
internal sealed class StreamClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<JsonElement> _received = Channel.CreateUnbounded<JsonElement>();
    private readonly CancellationTokenSource _stop = new();
    private readonly ClientWebSocket? _socket;
    private readonly HttpResponseMessage? _response;
    private readonly Task _reading;

    private StreamClient(ClientWebSocket socket)
    {
        _socket = socket;
        _reading = ReadSocketAsync(socket);
    }

    private StreamClient(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _reading = ReadEventsAsync(body);
    }

    /// <summary>The close code, once the server closed the socket.</summary>
    public WebSocketCloseStatus? CloseStatus => _socket?.CloseStatus;

    public string? CloseReason => _socket?.CloseStatusDescription;

    /// <summary>The last <c>id:</c> of SSE.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>The last <c>retry:</c> of SSE, in milliseconds.</summary>
    public string? Retry { get; private set; }

    /// <param name="query">For example <c>?after=start&amp;sample=off</c>.</param>
    /// <param name="address">From where it comes, as the proxy in front of the server, 127.0.0.1, says.</param>
    /// <param name="deflate">True to offer compression, as browsers do, and to insist on it.</param>
    public static async Task<StreamClient> WebSocketAsync(TestServer server, string videoId, string query = "", string? token = null, bool deflate = false, string? address = null)
    {
        var socket = new ClientWebSocket();
        if (deflate)
            (socket.Options.DangerousDeflateOptions, socket.Options.CollectHttpResponseDetails) = (new WebSocketDeflateOptions(), true);
        if (token is not null)
            socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        if (address is not null)
            socket.Options.SetRequestHeader("X-Forwarded-For", address);
        socket.Options.AddSubProtocol("livecomments.v1");
        using var timeout = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new UriBuilder(new Uri(server.BaseAddress, $"/live/{videoId}/comments/stream{query}")) { Scheme = "ws" }.Uri, timeout.Token);
        Assert.Equal(deflate, socket.HttpResponseHeaders?.ContainsKey("Sec-WebSocket-Extensions") is true);
        return new StreamClient(socket);
    }

    public static async Task<StreamClient> EventStreamAsync(TestServer server, string videoId, string query = "", string? token = null, string? lastEventId = null, string? address = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/live/{videoId}/comments/stream{query}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        if (address is not null)
            request.Headers.Add("X-Forwarded-For", address);
        var response = await server.Client(token).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new StreamClient(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The stream of the moderators of an event.</summary>
    /// <param name="address">As with <see cref="WebSocketAsync"/>.</param>
    /// <exception cref="RefusedException"/>
    public static async Task<StreamClient> OfModeratorsAsync(TestServer server, string videoId, string? token, bool isSocket, string? address = null)
    {
        if (!isSocket)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/live/{videoId}/moderation/stream");
            request.Headers.Accept.ParseAdd("text/event-stream");
            if (address is not null)
                request.Headers.Add("X-Forwarded-For", address);
            var response = await server.Client(token).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return response.IsSuccessStatusCode ? new StreamClient(response, await response.Content.ReadAsStreamAsync()) : throw new RefusedException(response.StatusCode);
        }
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (address is not null)
            socket.Options.SetRequestHeader("X-Forwarded-For", address);
        if (token is not null)
            socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(new UriBuilder(new Uri(server.BaseAddress, $"/live/{videoId}/moderation/stream")) { Scheme = "ws" }.Uri, timeout.Token);
        }
        catch (WebSocketException) when (socket.HttpStatusCode != 0)
        {
            throw new RefusedException(socket.HttpStatusCode);
        }
        return new StreamClient(socket);
    }

    /// <summary>A stream did not begin.</summary>
    public sealed class RefusedException(System.Net.HttpStatusCode status) : Exception
    {
        public System.Net.HttpStatusCode Status => status;
    }

    /// <summary>The next object, whatever it is; null when the stream ended.</summary>
    public async Task<JsonElement?> NextAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        return await _received.Reader.WaitToReadAsync(timeout.Token) && _received.Reader.TryRead(out var next) ? next : null;
    }

    /// <summary>The next object of a type; others are passed over.</summary>
    public async Task<JsonElement> NextAsync(string type)
    {
        while (true)
            if ((await NextAsync() ?? throw new InvalidOperationException($"The stream ended before a {type}: {CloseStatus} {CloseReason}")) is var next && next.GetProperty("type").GetString() == type)
                return next;
    }

    /// <summary>Entries of batches, checked to be gapless, until one holds a seq.</summary>
    public async Task<List<JsonElement>> EntriesToAsync(long seq, long after)
    {
        var entries = new List<JsonElement>();
        while (after < seq)
        {
            var batch = await NextAsync("batch");
            Assert.Equal(after + 1, batch.GetProperty("from").GetInt64());
            Assert.False(batch.TryGetProperty("skipped", out _));
            foreach (var entry in batch.GetProperty("entries").EnumerateArray())
            {
                Assert.Equal(++after, entry.GetProperty("seq").GetInt64());
                entries.Add(entry);
            }
            Assert.Equal(after, batch.GetProperty("to").GetInt64());
        }
        return entries;
    }

    public Task SendAsync(object message) => SendTextAsync(JsonSerializer.Serialize(message));

    public Task SendTextAsync(string text) => _socket!.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, _stop.Token);

    /// <summary>Waits until the server ended the stream.</summary>
    public Task EndedAsync() => _reading.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        if (_socket is { State: WebSocketState.Open })
            try
            {
                using var timeout = new CancellationTokenSource(Patience);
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, timeout.Token);
                await _reading.WaitAsync(Patience);
            }
            catch (Exception e) when (e is WebSocketException or TimeoutException)
            {
            }
        await _stop.CancelAsync();
        _response?.Dispose();
        await _reading;
        _socket?.Dispose();
        _stop.Dispose();
    }

    private async Task ReadSocketAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var message = new MemoryStream();
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, _stop.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                    break;
                message.Write(buffer, 0, received.Count);
                if (!received.EndOfMessage)
                    continue;
                Deliver(message.ToArray());
                message.SetLength(0);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
        }
        _received.Writer.TryComplete();
    }

    private async Task ReadEventsAsync(Stream body)
    {
        try
        {
            using var reader = new StreamReader(body);
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                    Deliver(Encoding.UTF8.GetBytes(line[6..]));
                else if (line.StartsWith("id: ", StringComparison.Ordinal))
                    LastEventId = line[4..];
                else if (line.StartsWith("retry: ", StringComparison.Ordinal))
                    Retry = line[7..];
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or HttpRequestException)
        {
        }
        _received.Writer.TryComplete();
    }

    private void Deliver(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        _received.Writer.TryWrite(document.RootElement.Clone());
    }
}
