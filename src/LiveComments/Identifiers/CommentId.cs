using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace LiveComments.Identifiers;

/// <summary>Identifies a comment: a UUIDv7, given before the comment is placed, so that a retry can be told from a new comment.</summary>
public readonly record struct CommentId(Guid Value)
{
    /// <summary>
    /// Ids of one node sort by time, also within a millisecond: the 12 bits after the version hold 1/4,096ths of it
    /// (RFC 9562, 6.2, method 3), so that what somebody wrote can be listed newest first by id.
    /// </summary>
    public static CommentId New(TimeProvider time)
    {
        var now = time.GetUtcNow();
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        var fraction = now.Ticks % TimeSpan.TicksPerMillisecond * 4_096 / TimeSpan.TicksPerMillisecond;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | fraction));
        return new CommentId(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Reads the 36-character form only.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CommentId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new CommentId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
