namespace LiveComments.Wire;

/// <summary>How a viewer's connection carries JSON objects.</summary>
public enum Framing
{
    WebSocket = 0,
    EventStream = 1,

    /// <summary>Server-sent events with the chunk framing of HTTP/1.1 around each (RFC 9112, 7.1), for writing past the server's HTTP layers.</summary>
    ChunkedEventStream = 2,

    /// <summary>A WebSocket with permessage-deflate: what viewers share is compressed once for all of them (see <see cref="MessageDeflate"/>).</summary>
    DeflatedWebSocket = 3,
}
