namespace LiveComments.Client.Streams;

/// <summary>An entry of a kind that this client is too old to know. It keeps its place.</summary>
public sealed record UnknownEntry : LogEntry
{
    /// <summary>What the server calls the kind.</summary>
    public required string Type { get; init; }
}
