using System.Buffers.Text;
using System.Text.Json;

namespace LiveComments.Load.Protocol;

/// <summary>One <c>batch</c> message, read whole.</summary>
/// <param name="From">The first seq it covers, inclusive.</param>
/// <param name="To">The last.</param>
/// <param name="Skipped">Comments it says it left out.</param>
internal sealed record Batch(long From, long To, long Skipped, IReadOnlyList<BatchEntry> Entries)
{
    /// <summary>True for a <c>batch</c> message; the type stands first in every message of this protocol.</summary>
    public static bool Is(ReadOnlySpan<byte> message) => TypeIs(message, "batch"u8);

    public static bool TypeIs(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type)
    {
        const int Prefix = 9; // {"type":"
        return message.Length > Prefix + type.Length && message.StartsWith("{\"type\":\""u8)
            && message[Prefix..].StartsWith(type) && message[Prefix + type.Length] == '"';
    }

    /// <summary>The <c>from</c> of a batch without reading the rest; -1 when it is not near the front.</summary>
    public static long PeekFrom(ReadOnlySpan<byte> message)
    {
        var front = message[..Math.Min(message.Length, 64)];
        var at = front.IndexOf("\"from\":"u8);
        return at >= 0 && Utf8Parser.TryParse(front[(at + 7)..], out long from, out _) ? from : -1;
    }

    /// <exception cref="JsonException">It is not JSON.</exception>
    public static Batch Read(ReadOnlySpan<byte> message)
    {
        long from = 0, to = 0, skipped = 0;
        var entries = new List<BatchEntry>();
        var reader = new Utf8JsonReader(message);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("from"u8))
                from = reader.Read() ? reader.GetInt64() : 0;
            else if (reader.ValueTextEquals("to"u8))
                to = reader.Read() ? reader.GetInt64() : 0;
            else if (reader.ValueTextEquals("skipped"u8))
                skipped = reader.Read() ? reader.GetInt64() : 0;
            else if (reader.ValueTextEquals("entries"u8))
                for (reader.Read(); reader.Read() && reader.TokenType == JsonTokenType.StartObject;)
                    entries.Add(ReadEntry(ref reader));
            else
                reader.Skip();
        }
        return new Batch(from, to, skipped, entries);
    }

    private static BatchEntry ReadEntry(ref Utf8JsonReader reader)
    {
        long seq = 0;
        Guid commentId = default;
        string? text = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("seq"u8))
            {
                reader.Read();
                seq = reader.GetInt64();
            }
            else if (reader.ValueTextEquals("comment"u8))
            {
                for (reader.Read(); reader.Read() && reader.TokenType == JsonTokenType.PropertyName;)
                {
                    if (reader.ValueTextEquals("commentID"u8))
                        commentId = reader.Read() ? reader.GetGuid() : default;
                    else if (reader.ValueTextEquals("commentText"u8))
                        text = reader.Read() ? reader.GetString() : null;
                    else
                        reader.Skip();
                }
            }
            else
            {
                reader.Skip();
            }
        }
        return new BatchEntry(seq, commentId, text);
    }
}

/// <summary>One entry; <paramref name="CommentId"/> is empty for everything that is not a comment.</summary>
internal readonly record struct BatchEntry(long Seq, Guid CommentId, string? Text);
