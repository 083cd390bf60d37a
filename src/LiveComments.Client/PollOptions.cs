namespace LiveComments.Client;

/// <summary>How a poll is run.</summary>
public sealed record PollOptions
{
    /// <summary>After this time, 10 seconds to 7 days, it closes by itself; null leaves that to a moderator.</summary>
    public TimeSpan? ClosesAfter { get; init; }

    /// <summary>True tells viewers the counts only once it is closed.</summary>
    public bool IsSecret { get; init; }
}
