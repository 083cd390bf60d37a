using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiveComments.Server.Auth.Bodies;

internal sealed record ProfileAnswer(
    [property: JsonPropertyName("userID")] string UserId, string Username, string DisplayName, string? AvatarUrl, string? Email,
    string Role, bool HasPassword, bool TotpEnabled, JsonElement Preferences, DateTimeOffset CreatedAt, bool? Guest = null, int? RecoveryCodesLeft = null);
