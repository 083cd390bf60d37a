using System.Text.Json.Serialization;

namespace LiveComments.Kafka.In;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 8)]
[JsonSerializable(typeof(InBody))]
internal sealed partial class InBodies : JsonSerializerContext;
