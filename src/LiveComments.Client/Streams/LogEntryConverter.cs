using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiveComments.Client.Streams;

/// <summary>Reads an entry as what its <c>type</c> says, wherever in the object that stands.</summary>
internal sealed class LogEntryConverter : JsonConverter<LogEntry>
{
    public override LogEntry? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = ClientJson.Default;
        switch (TypeMember.Of(reader))
        {
            case "comment":
                return JsonSerializer.Deserialize(ref reader, json.CommentEntry);
            case "removed":
                return JsonSerializer.Deserialize(ref reader, json.RemovedEntry);
            case "restored":
                return JsonSerializer.Deserialize(ref reader, json.RestoredEntry);
            case "pinned":
                return JsonSerializer.Deserialize(ref reader, json.PinnedEntry);
            case "settings":
                return JsonSerializer.Deserialize(ref reader, json.SettingsEntry);
            case "status":
                return JsonSerializer.Deserialize(ref reader, json.StatusEntry);
            case "card":
                return JsonSerializer.Deserialize(ref reader, json.CardEntry);
            case var other:
                using (var document = JsonDocument.ParseValue(ref reader))
                    return new UnknownEntry { Seq = document.RootElement.GetProperty("seq").GetInt64(), Type = other ?? "" };
        }
    }

    public override void Write(Utf8JsonWriter writer, LogEntry value, JsonSerializerOptions options) => throw new NotSupportedException("Entries are read only.");
}
