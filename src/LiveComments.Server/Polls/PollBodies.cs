using System.Text.Json.Serialization;

namespace LiveComments.Server.Polls;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 4)]
[JsonSerializable(typeof(OpenPollBody))]
[JsonSerializable(typeof(ClosePollBody))]
[JsonSerializable(typeof(VoteBody))]
internal sealed partial class PollBodies : JsonSerializerContext;
