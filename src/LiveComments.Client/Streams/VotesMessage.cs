namespace LiveComments.Client.Streams;

/// <summary>People have voted in polls.</summary>
public sealed record VotesMessage : StreamMessage
{
    /// <summary>The new counts.</summary>
    public required IReadOnlyList<PollCounts> Polls { get; init; }
}
