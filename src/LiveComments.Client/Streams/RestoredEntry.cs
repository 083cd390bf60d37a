namespace LiveComments.Client.Streams;

/// <summary>A removed comment is back, at its old position.</summary>
public sealed record RestoredEntry : LogEntry
{
    /// <summary>The comment.</summary>
    public required LiveComment Comment { get; init; }
}
