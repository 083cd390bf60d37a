using System.Text.Json.Serialization;

namespace LiveComments.Server.Moderation;

/// <summary>Body of <c>PUT /live/{videoID}/moderation/pinned</c>.</summary>
internal sealed record PinBody(string? CommentID);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 4)]
[JsonSerializable(typeof(PinBody))]
internal sealed partial class ModerationBodies : JsonSerializerContext;
