using System.Text.Json.Serialization;

namespace LiveComments.Client.Streams;

/// <summary>What was voted in one poll, all of it.</summary>
public sealed record PollCounts
{
    /// <summary>The poll.</summary>
    [JsonPropertyName("pollID")]
    public required Guid PollId { get; init; }

    /// <summary>Newer counts have a higher version: keep those.</summary>
    public required long Version { get; init; }

    /// <summary>How many people have voted.</summary>
    public required int Votes { get; init; }

    /// <summary>How often each option was chosen, in their order; null while that is secret.</summary>
    public IReadOnlyList<int>? Counts { get; init; }
}
