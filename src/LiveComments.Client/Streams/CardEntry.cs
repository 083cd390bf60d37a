namespace LiveComments.Client.Streams;

/// <summary>A card appeared, or became something else.</summary>
public sealed record CardEntry : LogEntry
{
    /// <summary>As it is now.</summary>
    public required EventCard Card { get; init; }
}
