namespace LiveComments.Client.Streams;

/// <summary>The server stops, or has many more viewers than others.</summary>
internal sealed record ByeMessage : StreamMessage
{
    public required long ReconnectAfterMs { get; init; }
}
