using System.Text.Json.Serialization;

namespace LiveComments.Client.Streams;

/// <summary>As whom the server knows the watcher.</summary>
public sealed record AuthenticatedMessage : StreamMessage
{
    /// <summary>Who it is.</summary>
    [JsonPropertyName("userID")]
    public required Guid UserId { get; init; }

    /// <summary>What they may do here: <c>viewer</c>, <c>moderator</c> or <c>administrator</c>.</summary>
    public required string Role { get; init; }

    /// <summary>When their token ends; the client renews it before.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
