using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiveComments.Server.Events;

/// <summary>Bodies about events are read as they stand, because a merge patch tells an absent member from a null one.</summary>
[JsonSourceGenerationOptions(AllowDuplicateProperties = false, MaxDepth = 8)]
[JsonSerializable(typeof(JsonDocument))]
internal sealed partial class EventBody : JsonSerializerContext;
