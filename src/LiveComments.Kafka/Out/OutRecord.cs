using System.Buffers;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Wire;

namespace LiveComments.Kafka.Out;

/// <summary>The records that are published, as docs/kafka.md describes them.</summary>
internal static class OutRecord
{
    public static Message<byte[], byte[]> Of(EventId id, long epoch, Entry entry) => Of(id, entry.Time, (epoch, entry), static (json, it) =>
    {
        CommentJson.WritePosition(json, "position"u8, new Position(it.epoch, it.entry.Seq));
        EntryJson.Write(json, it.entry);
    });

    public static Message<byte[], byte[]> Of(EventId id, IReadOnlyList<CommentTally> tallies, DateTimeOffset now) => Of(id, now, tallies, static (json, tallies) =>
    {
        json.WriteString("type"u8, "reactions"u8);
        json.WriteStartArray("counts"u8);
        foreach (var tally in tallies)
            CommentJson.WriteTally(json, tally);
        json.WriteEndArray();
    });

    /// <summary>The log begins anew: what was published before belongs to another history.</summary>
    public static Message<byte[], byte[]> Reset(EventId id, long epoch, DateTimeOffset now) => Of(id, now, epoch, static (json, epoch) =>
    {
        CommentJson.WritePosition(json, "position"u8, new Position(epoch, 0));
        json.WriteString("type"u8, "reset"u8);
    });

    /// <summary>The event was deleted, with everything in it.</summary>
    public static Message<byte[], byte[]> Deleted(EventId id, DateTimeOffset now) => Of(id, now, 0, static (json, _) => json.WriteString("type"u8, "deleted"u8));

    /// <summary>Somebody's account was erased, with everything that it left.</summary>
    public static Message<byte[], byte[]> Erased(UserId user, DateTimeOffset now) => Of(user.ToString(), now, user, static (json, user) =>
    {
        json.WriteString("type"u8, "erased"u8);
        json.WriteString("userID"u8, user.Value);
    });

    private static Message<byte[], byte[]> Of<TState>(EventId id, DateTimeOffset time, TState state, Action<Utf8JsonWriter, TState> write) => Of(id.ToString(), time, (id, state, write), static (json, it) =>
    {
        json.WriteString("eventID"u8, it.id.Value);
        it.write(json, it.state);
    });

    private static Message<byte[], byte[]> Of<TState>(string key, DateTimeOffset time, TState state, Action<Utf8JsonWriter, TState> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, CommentJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, 1);
            write(json, state);
            json.WriteEndObject();
        }
        return new Message<byte[], byte[]> { Key = Encoding.ASCII.GetBytes(key), Value = buffer.WrittenSpan.ToArray(), Timestamp = new Timestamp(time) };
    }
}
