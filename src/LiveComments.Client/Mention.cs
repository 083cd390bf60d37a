using System.Text.Json.Serialization;

namespace LiveComments.Client;

/// <summary>Somebody whom a comment names with <c>@</c>.</summary>
public sealed record Mention
{
    /// <summary>Who it is.</summary>
    [JsonPropertyName("userID")]
    public required Guid UserId { get; init; }

    /// <summary>The name as it stands in the text.</summary>
    public required string Username { get; init; }
}
