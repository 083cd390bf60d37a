namespace LiveComments.Client.Streams;

/// <summary>The connection is gone; the client comes back by itself and goes on where it was.</summary>
public sealed record DisconnectedMessage : StreamMessage
{
    /// <summary>Why, as far as it is known: a code of the server's, or one of <see cref="ClientCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>When the next attempt is.</summary>
    public required TimeSpan ComesBackIn { get; init; }
}
