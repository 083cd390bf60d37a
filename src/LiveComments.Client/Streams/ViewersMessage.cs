namespace LiveComments.Client.Streams;

/// <summary>The number of people watching has changed.</summary>
public sealed record ViewersMessage : StreamMessage
{
    /// <summary>How many watch.</summary>
    public required int Count { get; init; }
}
