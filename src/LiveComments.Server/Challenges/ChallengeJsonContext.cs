using System.Text.Json.Serialization;

namespace LiveComments.Server.Challenges;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SiteVerification))]
internal sealed partial class ChallengeJsonContext : JsonSerializerContext;
