using System.Text.Json.Serialization;

namespace LiveComments.Server.Moderation;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 4)]
[JsonSerializable(typeof(PinBody))]
internal sealed partial class ModerationBodies : JsonSerializerContext;
