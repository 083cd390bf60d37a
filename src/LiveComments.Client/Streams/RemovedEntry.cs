using System.Text.Json.Serialization;

namespace LiveComments.Client.Streams;

/// <summary>A comment is gone: take it, and quotes of it, off the screen at once. Where it stood, a resumed stream has one of these too.</summary>
public sealed record RemovedEntry : LogEntry
{
    /// <summary>The comment.</summary>
    [JsonPropertyName("commentID")]
    public required Guid CommentId { get; init; }
}
