using System.Text.Json.Serialization;

namespace LiveComments.Server.Auth.Bodies;

internal sealed record GuestBody(string? DisplayName, [property: JsonPropertyName("videoID")] string? VideoId);
