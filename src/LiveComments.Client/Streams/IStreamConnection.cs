namespace LiveComments.Client.Streams;

/// <summary>One connection of a watched event, by WebSocket or by server-sent events.</summary>
internal interface IStreamConnection : IAsyncDisposable
{
    /// <summary>The next message; null when the connection has ended. One call at a time.</summary>
    /// <exception cref="LiveCommentsException">What came is not of the protocol.</exception>
    ValueTask<StreamMessage?> NextAsync(CancellationToken ct);

    /// <summary>Why it ended, once it has.</summary>
    StreamEnd End { get; }
}
