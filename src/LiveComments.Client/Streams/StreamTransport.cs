namespace LiveComments.Client.Streams;

/// <summary>How a stream comes. Both kinds say the same.</summary>
public enum StreamTransport
{
    /// <summary>By WebSocket.</summary>
    WebSocket = 1,

    /// <summary>By server-sent events: where no WebSocket gets through.</summary>
    ServerSentEvents = 2,
}
