using System.Text.Json.Serialization;

namespace LiveComments.Client.Streams;

/// <summary>The reactions to one comment, all of them.</summary>
public sealed record CommentCounts
{
    /// <summary>The comment.</summary>
    [JsonPropertyName("commentID")]
    public required Guid CommentId { get; init; }

    /// <summary>Newer counts have a higher version: keep those.</summary>
    public required long Version { get; init; }

    /// <summary>Counts by the plural of the reaction's name, such as <c>likes</c>; those that nobody gives are left out.</summary>
    public IReadOnlyDictionary<string, int> Reactions { get => field ?? EmptyCounts.Instance; init; }
}
