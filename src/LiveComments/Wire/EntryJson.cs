using System.Text.Json;
using LiveComments.Log;

namespace LiveComments.Wire;

/// <summary>The members of an entry of a log, the same in the stream and for other systems.</summary>
public static class EntryJson
{
    public static void Write(Utf8JsonWriter json, Entry entry)
    {
        json.WriteNumber("seq"u8, entry.Seq);
        switch (entry)
        {
            case CommentEntry { Comment: var comment }:
                json.WriteString("type"u8, "comment"u8);
                json.WritePropertyName("comment"u8);
                CommentJson.Write(json, comment, compact: true);
                break;
            case RemovedEntry { CommentId: var removed }:
                json.WriteString("type"u8, "removed"u8);
                json.WriteString("commentID"u8, removed.Value);
                break;
            case RestoredEntry { Comment: var restored }:
                json.WriteString("type"u8, "restored"u8);
                json.WritePropertyName("comment"u8);
                CommentJson.Write(json, restored, compact: true);
                break;
            case PinnedEntry { Comment: var pinned }:
                json.WriteString("type"u8, "pinned"u8);
                if (pinned is not null)
                {
                    json.WritePropertyName("comment"u8);
                    CommentJson.Write(json, pinned, compact: true);
                }
                break;
            case SettingsEntry { Settings: var settings }:
                json.WriteString("type"u8, "settings"u8);
                json.WritePropertyName("settings"u8);
                JsonSerializer.Serialize(json, settings, EventSettingsJson.Default.EventSettings);
                break;
            case StatusEntry { Status: var status }:
                json.WriteString("type"u8, "status"u8);
                json.WriteString("status"u8, status.Name());
                CommentJson.WriteTime(json, "timestamp"u8, entry.Time);
                break;
            case CardEntry { Card: var card, Comment: var staged }:
                json.WriteString("type"u8, "card"u8);
                json.WritePropertyName("card"u8);
                CardJson.Write(json, card);
                if (staged is not null)
                {
                    json.WritePropertyName("comment"u8);
                    CommentJson.Write(json, staged, compact: true);
                }
                break;
            case UnknownEntry:
                json.WriteString("type"u8, "unknown"u8);
                break;
            default:
                throw new InvalidOperationException($"An entry of kind {entry.GetType().Name} has no JSON.");
        }
    }
}
