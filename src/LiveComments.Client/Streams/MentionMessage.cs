using System.Text.Json.Serialization;

namespace LiveComments.Client.Streams;

/// <summary>Somebody named the watcher, in this event or in another.</summary>
public sealed record MentionMessage : StreamMessage
{
    /// <summary>The event.</summary>
    [JsonPropertyName("videoID")]
    public required string VideoId { get; init; }

    /// <summary>The comment.</summary>
    public required LiveComment Comment { get; init; }
}
