namespace LiveComments.Client.Streams;

/// <summary>A card appeared, or became something else.</summary>
public sealed record CardEntry : LogEntry
{
    /// <summary>As it is now.</summary>
    public required EventCard Card { get; init; }

    /// <summary>The comment that a card of the type <c>stage</c> puts on stage; null when it takes one off, or the comment was removed since. It is on stage no more once a <see cref="RemovedEntry"/> names it.</summary>
    public LiveComment? Comment { get; init; }
}
