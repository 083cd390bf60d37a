using System.Text.Json.Serialization;

namespace LiveComments.Server.Auth.Bodies;

/// <param name="RefreshToken">Left out where it is in the cookie.</param>
internal sealed record SignedInAnswer(
    [property: JsonPropertyName("userID")] string UserId, string Token, string? RefreshToken, DateTimeOffset ExpiresAt);
