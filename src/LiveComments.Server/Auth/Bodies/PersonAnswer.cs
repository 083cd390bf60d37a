using System.Text.Json.Serialization;
using LiveComments.Accounts;

namespace LiveComments.Server.Auth.Bodies;

/// <summary>Somebody as administrators see them in lists; what is not known is left out.</summary>
internal sealed record PersonAnswer(
    [property: JsonPropertyName("userID")] string UserId, string? Username, string? DisplayName, string? AvatarUrl, string? Role = null, DateTimeOffset? JoinedAt = null)
{
    public static PersonAnswer Of(UserId id, Profile? profile) => new(id.ToString(), profile?.Username, profile?.DisplayName, profile?.AvatarUrl);
}
