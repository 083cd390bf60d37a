using System.Text.Json.Serialization;

namespace LiveComments.Client;

/// <summary>A log-in. Keep it as you keep a password.</summary>
public sealed record SignedIn
{
    /// <summary>Who it is.</summary>
    [JsonPropertyName("userID")]
    public required Guid UserId { get; init; }

    /// <summary>The token that calls carry, until <see cref="ExpiresAt"/>.</summary>
    public required string Token { get; init; }

    /// <summary>Is exchanged for the next log-in, once.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>When <see cref="Token"/> ends, by the server's clock.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Says who it is and keeps the tokens to itself, for logs.</summary>
    public override string ToString() => $"{nameof(SignedIn)} {UserId} until {ExpiresAt:O}";
}
