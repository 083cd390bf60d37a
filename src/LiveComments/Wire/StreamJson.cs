using System.Text.Json;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Wire;

/// <summary>The server's objects of the stream protocol, as UTF-8 JSON.</summary>
internal static class StreamJson
{
    /// <summary>Writes one object and hands its bytes over; they are valid only during the call.</summary>
    public static TResult Object<TState, TResult>(TState state, Action<Utf8JsonWriter, TState> write, Func<ReadOnlySpan<byte>, TState, TResult> use) =>
        JsonBuffer.Write((state, write, use), static (json, it) =>
        {
            json.WriteStartObject();
            it.write(json, it.state);
            json.WriteEndObject();
        }, static (json, it) => it.use(json, it.state));

    public static void Batch(Utf8JsonWriter json, long from, long to, IEnumerable<Entry> entries, long skipped)
    {
        json.WriteString("type"u8, "batch"u8);
        json.WriteNumber("from"u8, from);
        json.WriteNumber("to"u8, to);
        json.WriteStartArray("entries"u8);
        foreach (var entry in entries)
            Entry(json, entry);
        json.WriteEndArray();
        if (skipped > 0)
            json.WriteNumber("skipped"u8, skipped);
    }

    public static void Tallies(Utf8JsonWriter json, IReadOnlyList<CommentTally> tallies)
    {
        json.WriteString("type"u8, "reactions"u8);
        json.WriteStartArray("counts"u8);
        foreach (var (comment, tally) in tallies)
        {
            json.WriteStartObject();
            json.WriteString("commentID"u8, comment.Value);
            json.WriteNumber("version"u8, tally.Version);
            CommentJson.WriteCounts(json, "reactions"u8, tally.Counts);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Entry(Utf8JsonWriter json, Entry entry)
    {
        json.WriteStartObject();
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
            case UnknownEntry:
                json.WriteString("type"u8, "unknown"u8);
                break;
            default:
                throw new InvalidOperationException($"An entry of kind {entry.GetType().Name} has no JSON.");
        }
        json.WriteEndObject();
    }
}
