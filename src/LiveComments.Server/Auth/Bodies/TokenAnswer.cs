using System.Text.Json.Serialization;

namespace LiveComments.Server.Auth.Bodies;

/// <summary>The used part of a token endpoint's answer.</summary>
internal sealed record TokenAnswer([property: JsonPropertyName("id_token")] string? IdToken, string? Error);
