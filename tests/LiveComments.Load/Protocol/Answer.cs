using System.Buffers.Text;
using System.Text.Json;

namespace LiveComments.Load.Protocol;

/// <summary>What a comment or reaction was answered, over HTTP or WebSocket: an ack or an error.</summary>
/// <param name="Id">The number in the idempotency key or reaction id; -1 when there is none.</param>
/// <param name="Seq">Its place; 0 when it was not placed.</param>
/// <param name="Code">The error's code; null for an ack.</param>
/// <param name="RetryAfter">Seconds.</param>
internal readonly record struct Answer(long Id, Guid CommentId, long Seq, string? Code, double RetryAfter)
{
    /// <summary>Reads the flat fields of one JSON object; objects inside it are skipped.</summary>
    /// <param name="id">The number of the request, where the object does not carry it.</param>
    public static Answer Read(ReadOnlySpan<byte> json, long id = -1)
    {
        Guid commentId = default;
        long seq = 0;
        string? code = null;
        double retryAfter = 0;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
                id = reader.Read() && reader.TokenType == JsonTokenType.String ? Key.Number(reader.ValueSpan) : id;
            else if (reader.ValueTextEquals("commentID"u8))
                commentId = reader.Read() && reader.TryGetGuid(out var value) ? value : default;
            else if (reader.ValueTextEquals("position"u8))
                seq = reader.Read() ? SeqOf(reader.ValueSpan) : 0;
            else if (reader.ValueTextEquals("code"u8))
                code = reader.Read() ? reader.GetString() : null;
            else if (reader.ValueTextEquals("retryAfter"u8))
                retryAfter = reader.Read() ? reader.GetDouble() : 0;
            else
                reader.Skip();
        }
        return new Answer(id, commentId, seq, code, retryAfter);
    }

    /// <summary>The seq of <c>epoch:seq</c>; 0 for anything else.</summary>
    public static long SeqOf(ReadOnlySpan<byte> position) =>
        position.IndexOf((byte)':') is var colon and > 0 && Utf8Parser.TryParse(position[(colon + 1)..], out long seq, out _) ? seq : 0;

    /// <summary>The string value of one flat field, or null.</summary>
    public static string? Field(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json);
        return Find(ref reader, name) && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    /// <summary>The value of one flat field that is a whole number, or 0.</summary>
    public static long Number(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json);
        return Find(ref reader, name) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) ? value : 0;
    }

    /// <summary>Goes to the value of a flat field; false when there is none.</summary>
    private static bool Find(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name))
                return reader.Read();
            reader.Skip();
        }
        return false;
    }
}
