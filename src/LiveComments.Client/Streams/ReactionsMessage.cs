namespace LiveComments.Client.Streams;

/// <summary>Reactions to comments have changed.</summary>
public sealed record ReactionsMessage : StreamMessage
{
    /// <summary>The new counts.</summary>
    public required IReadOnlyList<CommentCounts> Counts { get; init; }
}
