namespace LiveComments.Client.Streams;

/// <summary>Another comment stands above all others, or none any more.</summary>
public sealed record PinnedEntry : LogEntry
{
    /// <summary>The comment; null when the pin was taken off.</summary>
    public LiveComment? Comment { get; init; }
}
