using System.Text.Json.Serialization;

namespace LiveComments.Server.Auth.Bodies;

/// <summary>What a provider's token endpoint answers, as far as it is of use here.</summary>
internal sealed record TokenAnswer([property: JsonPropertyName("id_token")] string? IdToken, string? Error);
