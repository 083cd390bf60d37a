using System.Text.Json.Serialization;

namespace LiveComments.Server.Challenges;

/// <summary>What a provider answers about an answer.</summary>
/// <param name="Action">Of Turnstile: what the page named as the purpose.</param>
/// <param name="CData">Of Turnstile: what the page named beside it, the person's id.</param>
internal sealed record SiteVerification(bool Success, string? Hostname, string? Action, [property: JsonPropertyName("cdata")] string? CData, [property: JsonPropertyName("error-codes")] IReadOnlyList<string>? ErrorCodes);
