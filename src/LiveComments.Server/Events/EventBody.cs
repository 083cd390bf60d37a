using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiveComments.Server.Events;

/// <summary>Bodies about events are read as raw JSON, because a merge patch distinguishes absent members from null.</summary>
[JsonSourceGenerationOptions(AllowDuplicateProperties = false, MaxDepth = 8)]
[JsonSerializable(typeof(JsonDocument))]
internal sealed partial class EventBody : JsonSerializerContext;
