namespace LiveComments.Client.Streams;

/// <summary>A comment of the watcher's own, which the batches may not have brought.</summary>
public sealed record OwnMessage : StreamMessage
{
    /// <summary>The comment.</summary>
    public required LiveComment Comment { get; init; }
}
