using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace LiveComments.Client.Streams;

/// <summary>A stream by WebSocket. It is read when somebody asks for a message, so a slow loop slows the server down instead of filling memory.</summary>
internal sealed class SocketConnection : IStreamConnection
{
    private const int Usual = 16 * 1024;

    /// <summary>Dead connections are found by pings: one in so long, and as long for its answer.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    /// <summary>A token is renewed so long before its end, because a private event closes with it.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(20);

    /// <summary>A server that does not answer a goodbye is left without.</summary>
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1);

    private readonly ClientWebSocket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _prolonging;
    private byte[] _buffer = new byte[Usual];

    private SocketConnection(ClientWebSocket socket, Credentials credentials, TimeProvider time)
    {
        _socket = socket;
        _prolonging = ProlongAsync(credentials, time);
    }

    public StreamEnd End { get; private set; } = StreamEnd.Broken();

    /// <exception cref="Exception">Of the network, when no WebSocket came about. Its reason is known to HTTP alone.</exception>
    public static async Task<SocketConnection> OpenAsync(Uri address, string? token, Calls calls, TimeProvider time, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol("livecomments.v1");
            socket.Options.KeepAliveInterval = socket.Options.KeepAliveTimeout = Silence;
            if (token is not null)
                socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            using var invoker = new HttpMessageInvoker(calls.Handler, disposeHandler: false);
            await socket.ConnectAsync(new UriBuilder(address) { Scheme = address.Scheme == "https" ? "wss" : "ws" }.Uri, invoker, ct);
            return new SocketConnection(socket, calls.Credentials, time);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask<StreamMessage?> NextAsync(CancellationToken ct)
    {
        while (true)
        {
            var length = 0;
            try
            {
                while (true)
                {
                    var received = await _socket.ReceiveAsync(_buffer.AsMemory(length), ct);
                    if (received.MessageType == WebSocketMessageType.Close)
                    {
                        End = StreamEnd.Closed((int?)_socket.CloseStatus, _socket.CloseStatusDescription);
                        return null;
                    }
                    length += received.Count;
                    if (received.EndOfMessage)
                        break;
                    if (length < _buffer.Length)
                        continue;
                    if (length >= Calls.MaxAnswer)
                        throw new LiveCommentsException(ClientCodes.UnexpectedAnswer, $"A message of the stream has more than {Calls.MaxAnswer} bytes.");
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }
            }
            catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException)
            {
                End = StreamEnd.Broken(e);
                return null;
            }
            var message = StreamMessageReader.Read(_buffer.AsSpan(0, length));
            // One large message must not keep its memory for hours.
            if (_buffer.Length > 16 * Usual)
                _buffer = new byte[Usual];
            if (message is not null)
                return message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _prolonging;
        if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            try
            {
                using var patience = new CancellationTokenSource(Goodbye);
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            }
            catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
            {
            }
        _socket.Dispose();
        _stop.Dispose();
    }

    /// <summary>Gives the server each next token before the present one ends.</summary>
    private async Task ProlongAsync(Credentials credentials, TimeProvider time)
    {
        try
        {
            while (credentials.Left is { } left)
            {
                // Where this clock and the server's differ, once a minute is enough. A timer counts to 49 days.
                var wait = left > Ahead ? left - Ahead : TimeSpan.FromMinutes(1);
                await Task.Delay(wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1), time, _stop.Token);
                if (await credentials.TokenAsync(_stop.Token) is not { } token)
                    return;
                await _socket.SendAsync(Encoding.UTF8.GetBytes(new JsonObject { ["type"] = "auth", ["token"] = token }.ToJsonString()), WebSocketMessageType.Text, true, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or LiveCommentsException or WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The server says it on the stream when the token ends, and the watcher decides.
        }
    }
}
