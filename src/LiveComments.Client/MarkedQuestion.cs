using System.Text.Json.Serialization;

namespace LiveComments.Client;

/// <summary>What has become of a question.</summary>
public sealed record MarkedQuestion
{
    /// <summary>The comment that was asked as a question.</summary>
    [JsonPropertyName("commentID")]
    public required Guid CommentId { get; init; }

    /// <summary><c>open</c> or <c>answered</c>.</summary>
    public required string Status { get; init; }
}
