namespace LiveComments.Client.Streams;

/// <summary>Why a connection ended, or did not come about.</summary>
/// <param name="Problem">What to tell; its status is that of an HTTP answer with the same meaning, and 0 where coming back is right.</param>
internal sealed record StreamEnd(LiveCommentsException Problem)
{
    public static StreamEnd Broken(Exception? why = null) => new(why is null ? new LiveCommentsException(ClientCodes.NoAnswer, "The connection is gone.") : Calls.Unheard(why));

    /// <summary>The server closed a WebSocket (docs/protocol.md).</summary>
    public static StreamEnd Closed(int? code, string? reason) => new(code switch
    {
        4401 => new LiveCommentsException(IsCode(reason) ? reason! : "unauthenticated", "The log-in has ended.", 401),
        4403 => new LiveCommentsException("network-blocked", "This network is blocked.", 403),
        4404 => new LiveCommentsException("event-not-found", "The event is gone, or it is private now.", 404),
        1002 or 1003 or 1007 or 1008 or 1009 => new LiveCommentsException(ClientCodes.ProtocolError, $"The server closed the stream with {code}: {reason}", 400),
        1013 => new LiveCommentsException(IsCode(reason) ? reason! : "busy", "The server is busy.", 0, TimeSpan.FromSeconds(2)),
        4008 => new LiveCommentsException("too-slow", "Nothing was taken for too long."),
        1001 => new LiveCommentsException("going-away", "The server sends its viewers elsewhere."),
        _ => new LiveCommentsException(ClientCodes.NoAnswer, $"The server closed the stream with {code}."),
    });

    private static bool IsCode(string? reason) => reason is { Length: > 0 } && reason.All(letter => letter is '-' or (>= 'a' and <= 'z'));
}
