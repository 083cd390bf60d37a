using System.Text.Json.Serialization;

namespace LiveComments.Server.Moderation;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 4)]
[JsonSerializable(typeof(HighlightBody))]
[JsonSerializable(typeof(DecisionBody))]
[JsonSerializable(typeof(UndoBody))]
[JsonSerializable(typeof(ReportBody))]
[JsonSerializable(typeof(LookBody))]
[JsonSerializable(typeof(NetworkBlockBody))]
internal sealed partial class ModerationBodies : JsonSerializerContext;
