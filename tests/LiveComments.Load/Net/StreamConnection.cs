using System.Text;

namespace LiveComments.Load.Net;

/// <summary>The stream of an event, over WebSocket or SSE: the same JSON objects either way.</summary>
internal abstract class StreamConnection(Loop loop, Endpoint endpoint, IStreamListener listener) : Connection(loop, endpoint)
{
    private StreamRequest _request = null!;
    private bool _streaming;

    /// <param name="receiveBuffer">SO_RCVBUF in bytes; 0 for the system's default.</param>
    public void Open(StreamRequest request, int receiveBuffer = 0)
    {
        _request = request;
        _streaming = false;
        Open(receiveBuffer);
    }

    protected abstract int ExpectedStatus { get; }

    /// <summary>The headers that choose the transport, each with its line end.</summary>
    protected abstract string Headers { get; }

    protected sealed override void OnConnected()
    {
        var authorization = _request.Token is { } token ? $"Authorization: Bearer {token}\r\n" : "";
        Write(Encoding.ASCII.GetBytes($"GET {_request.Path} HTTP/1.1\r\nHost: {Endpoint.Host}\r\n{authorization}{Headers}\r\n"));
    }

    protected sealed override int OnReceived(ReadOnlySpan<byte> data, long now)
    {
        if (_streaming)
            return OnStream(data, now);
        if (!HttpResponse.TryRead(data, out var response))
            return 0;
        if (response.Status != ExpectedStatus)
        {
            Lost($"answered {response.Status} {Encoding.UTF8.GetString(data[response.Size..Math.Min(data.Length, response.Size + 300)])}");
            return 0;
        }
        _streaming = true;
        return response.Size + OnStream(data[response.Size..], now);
    }

    protected abstract int OnStream(ReadOnlySpan<byte> data, long now);

    protected void OnMessage(ReadOnlySpan<byte> message, long now) => listener.OnMessage(message, now);

    protected sealed override void OnClosed(string reason) => listener.OnEnded(reason);
}

/// <summary>Somebody who reads a stream.</summary>
internal interface IStreamListener
{
    /// <summary>One JSON object.</summary>
    /// <param name="now">When its last byte was read.</param>
    void OnMessage(ReadOnlySpan<byte> message, long now);

    /// <summary>The stream ended, or was not given; it may be opened again, but not from here.</summary>
    void OnEnded(string reason);
}

/// <summary>What to stream.</summary>
/// <param name="Path">With its query.</param>
internal sealed record StreamRequest(string Path, string? Token);
