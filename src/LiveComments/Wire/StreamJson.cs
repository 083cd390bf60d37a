using System.Text.Json;
using LiveComments.Log;
using LiveComments.Polls;
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
        {
            json.WriteStartObject();
            EntryJson.Write(json, entry);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (skipped > 0)
            json.WriteNumber("skipped"u8, skipped);
    }

    public static void Tallies(Utf8JsonWriter json, IReadOnlyList<CommentTally> tallies)
    {
        json.WriteString("type"u8, "reactions"u8);
        json.WriteStartArray("counts"u8);
        foreach (var tally in tallies)
            CommentJson.WriteTally(json, tally);
        json.WriteEndArray();
    }

    public static void Votes(Utf8JsonWriter json, IReadOnlyList<PollTally> tallies)
    {
        json.WriteString("type"u8, "votes"u8);
        json.WriteStartArray("polls"u8);
        foreach (var tally in tallies)
        {
            json.WriteStartObject();
            json.WriteString("pollID"u8, tally.Poll.Value);
            PollJson.WriteTally(json, tally);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
