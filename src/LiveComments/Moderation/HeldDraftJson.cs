using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiveComments.Log;

namespace LiveComments.Moderation;

/// <summary>The JSON of a held comment in stores.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HeldDraft))]
public sealed partial class HeldDraftJson : JsonSerializerContext
{
    public static string Write(CommentDraft draft) => JsonSerializer.Serialize(Moderation.HeldDraft.Of(draft), Default.HeldDraft);

    /// <summary>The same comment without its mentions of a person; members that a newer program has added stay.</summary>
    public static string Without(string json, UserId mentioned)
    {
        var draft = JsonNode.Parse(json)!;
        if (draft["mentions"] is JsonArray mentions)
            mentions.RemoveAll(mention => mention!.ToJsonString().Contains(mentioned.ToString(), StringComparison.OrdinalIgnoreCase));
        return draft.ToJsonString();
    }

    /// <param name="fingerprint">Of the request that used the key; null when it had none.</param>
    public static CommentDraft Read(string json, CommentId id, UserId author, UInt128? fingerprint) => JsonSerializer.Deserialize(json, Default.HeldDraft)!.ToDraft(id, author, fingerprint);
}
