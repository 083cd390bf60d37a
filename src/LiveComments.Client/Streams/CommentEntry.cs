namespace LiveComments.Client.Streams;

/// <summary>Somebody wrote a comment.</summary>
public sealed record CommentEntry : LogEntry
{
    /// <summary>The comment.</summary>
    public required LiveComment Comment { get; init; }
}
