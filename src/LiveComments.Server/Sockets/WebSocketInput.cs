namespace LiveComments.Server.Sockets;

/// <summary>What a decoded frame means.</summary>
internal enum WebSocketInput
{
    /// <summary>The bytes are the start of a frame: read more.</summary>
    Incomplete,

    /// <summary>A whole text message of valid UTF-8.</summary>
    Text,
    Ping,

    /// <summary>A pong, or a fragment of a message that is not whole yet: nothing to do.</summary>
    Nothing,

    /// <summary>The client closes; the payload is what to answer with.</summary>
    Close,

    /// <summary>The client broke the protocol or a limit; the close code says how.</summary>
    Violation,
}
