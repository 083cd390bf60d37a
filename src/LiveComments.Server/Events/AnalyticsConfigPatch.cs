using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiveComments.Wire;

namespace LiveComments.Server.Events;

/// <summary>
/// Applies a JSON merge patch (RFC 7396) to an event's analytics configuration. Its members are free; the body's limits bound their depth.
/// </summary>
internal static class AnalyticsConfigPatch
{
    /// <summary>Every event that is in memory carries it.</summary>
    private const int MaxBytes = 4 * 1024;

    private static readonly JsonSerializerOptions Compact = new() { Encoder = CommentJson.WriterOptions.Encoder };

    /// <returns>What is wrong; null when the configuration was changed.</returns>
    /// <exception cref="InvalidOperationException">A string is not Unicode.</exception>
    public static string? Apply(JsonElement patch, ref string config)
    {
        if (patch.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            return "analyticsConfig is an object.";
        var merged = new JsonObject();
        if (patch.ValueKind == JsonValueKind.Object)
        {
            merged = JsonNode.Parse(config)!.AsObject();
            Merge(merged, patch);
        }
        var text = merged.ToJsonString(Compact);
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes)
            return "analyticsConfig has at most 4 KB.";
        config = text;
        return null;
    }

    private static void Merge(JsonObject target, JsonElement patch)
    {
        foreach (var member in patch.EnumerateObject())
        {
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    target.Remove(member.Name);
                    break;
                case JsonValueKind.Object:
                    if (target[member.Name] is not JsonObject inner)
                        target[member.Name] = inner = [];
                    Merge(inner, member.Value);
                    break;
                case JsonValueKind.Array:
                    target[member.Name] = JsonArray.Create(member.Value);
                    break;
                default:
                    target[member.Name] = JsonValue.Create(member.Value);
                    break;
            }
        }
    }
}
