using System.Text.Json.Serialization;

namespace LiveComments.Client.Streams;

/// <summary>What moderators decided about the watcher or their comment.</summary>
public sealed record NoticeMessage : StreamMessage
{
    /// <summary>
    /// <c>held</c>, <c>approved</c>, <c>rejected</c>, <c>removed</c>, <c>warned</c>, <c>throttled</c>, <c>timed-out</c>, <c>banned</c>, <c>lifted</c> or <c>restored</c>.
    /// </summary>
    public required string Notice { get; init; }

    /// <summary>The event; null for all.</summary>
    [JsonPropertyName("videoID")]
    public string? VideoId { get; init; }

    /// <summary>The comment; null when it is about the person.</summary>
    [JsonPropertyName("commentID")]
    public Guid? CommentId { get; init; }

    /// <summary>What the moderator wrote; null for nothing.</summary>
    public string? Reason { get; init; }

    /// <summary>Until when, of <c>timed-out</c>.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Seconds between two comments, of <c>throttled</c>.</summary>
    public long? Seconds { get; init; }

    /// <summary>When it was decided.</summary>
    public DateTimeOffset Timestamp { get; init; }
}
