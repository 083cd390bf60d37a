using System.Text.Json;
using System.Text.Json.Serialization;
using LiveComments.Accounts;
using LiveComments.Server.Http;

namespace LiveComments.Server.Auth;

internal sealed record RegisterBody(string? Username, string? Email, string? Password, string? DisplayName);

internal sealed record LogInBody(string? Username, string? Password, string? Code);

internal sealed record RefreshBody(string? RefreshToken);

internal sealed record PasswordBody(string? CurrentPassword, string? NewPassword, string? Code);

/// <summary>What somebody proves with that they are the account's owner.</summary>
internal sealed record ProofBody(string? Password, string? Code);

internal sealed record CodeBody(string? Code);

internal sealed record ExternalSignInBody(string? Return);

/// <param name="RefreshToken">Left out where it is in the cookie.</param>
internal sealed record SignedInAnswer(
    [property: JsonPropertyName("userID")] string UserId, string Token, string? RefreshToken, DateTimeOffset ExpiresAt);

internal sealed record TotpAnswer(string Secret, string Uri);

internal sealed record ExternalSignInAnswer(string Location);

internal sealed record OfferedProvider(string Id, string Name);

/// <summary>What a provider's token endpoint answers, as far as it is of use here.</summary>
internal sealed record TokenAnswer([property: JsonPropertyName("id_token")] string? IdToken, string? Error);

internal sealed record TicketAnswer(string Ticket, DateTimeOffset ExpiresAt);

/// <summary>A part that is absent stays as it is; null takes an avatar away.</summary>
internal sealed record ProfileBody(JsonElement DisplayName, JsonElement AvatarUrl, JsonElement Preferences);

internal sealed record ProfileAnswer(
    [property: JsonPropertyName("userID")] string UserId, string Username, string DisplayName, string? AvatarUrl, string? Email,
    string Role, bool HasPassword, bool TotpEnabled, JsonElement Preferences, DateTimeOffset CreatedAt);

/// <summary>Somebody as administrators see them in lists; what is not known is left out.</summary>
internal sealed record PersonAnswer(
    [property: JsonPropertyName("userID")] string UserId, string? Username, string? DisplayName, string? AvatarUrl, string? Role = null, DateTimeOffset? JoinedAt = null)
{
    public static PersonAnswer Of(UserId id, Profile? profile) => new(id.ToString(), profile?.Username, profile?.DisplayName, profile?.AvatarUrl);
}

/// <summary>The JSON of <c>/auth</c>, <c>/me</c> and lists of people. Depth is that of preferences, the only thing that nests.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, MaxDepth = 8, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowDuplicateProperties = false, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(RegisterBody))]
[JsonSerializable(typeof(LogInBody))]
[JsonSerializable(typeof(RefreshBody))]
[JsonSerializable(typeof(PasswordBody))]
[JsonSerializable(typeof(ProofBody))]
[JsonSerializable(typeof(CodeBody))]
[JsonSerializable(typeof(ExternalSignInBody))]
[JsonSerializable(typeof(ExternalSignInAnswer))]
[JsonSerializable(typeof(OfferedProvider[]))]
[JsonSerializable(typeof(SignInAttempt))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(SignedInAnswer))]
[JsonSerializable(typeof(TotpAnswer))]
[JsonSerializable(typeof(TicketAnswer))]
[JsonSerializable(typeof(ProfileBody))]
[JsonSerializable(typeof(ProfileAnswer))]
[JsonSerializable(typeof(PersonAnswer[]))]
internal sealed partial class AuthJson : JsonSerializerContext;
