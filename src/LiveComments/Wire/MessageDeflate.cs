using System.IO.Compression;

namespace LiveComments.Wire;

/// <summary>
/// The payload of permessage-deflate (RFC 7692, 7.2) without context takeover: every message is compressed for itself, so that all viewers
/// share the bytes and none of them costs memory. Only what everybody is shown is compressed: a length then tells nothing that its text does not.
/// </summary>
internal static class MessageDeflate
{
    /// <summary>
    /// Measured with comments of a recorded chat, level 3 makes of a batch of 1, 6 and 50 comments 69, 34 and 25 % of its bytes in 14, 24 and 66 µs; level 1
    /// 82, 46 and 35 % in 6, 17 and 26 µs, level 6 69, 33 and 24 % in 14, 25 and 85 µs. It is paid once per batch, however many watch.
    /// </summary>
    private static readonly ZLibCompressionOptions Options = new() { CompressionLevel = 3 };

    /// <summary>The empty block a flush ends with; it is not sent, and put back by who reads.</summary>
    private static ReadOnlySpan<byte> Tail => [0, 0, 0xFF, 0xFF];

    /// <summary>The compressed text; empty where that is no smaller.</summary>
    public static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> text)
    {
        var compressed = new MemoryStream(text.Length);
        using var deflate = new DeflateStream(compressed, Options, leaveOpen: true);
        deflate.Write(text);
        deflate.Flush();
        // Taken before the stream is disposed of, which writes a final block: none may be in a message.
        ReadOnlySpan<byte> bytes = compressed.GetBuffer().AsSpan(0, (int)compressed.Length);
        return bytes.EndsWith(Tail) && bytes.Length - Tail.Length < text.Length ? bytes[..^Tail.Length] : default;
    }

    /// <summary>Fills <paramref name="text"/> from a compressed message. What was cut off gives as much of the text as can be read.</summary>
    /// <returns>The length of the text; null when it is longer than there is room.</returns>
    /// <exception cref="InvalidDataException">It is no compressed data.</exception>
    public static int? Inflate(ReadOnlySpan<byte> message, Span<byte> text)
    {
        using var inflate = new DeflateStream(new MemoryStream([.. message, .. Tail], writable: false), CompressionMode.Decompress);
        var length = inflate.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return length < text.Length || inflate.ReadByte() < 0 ? length : null;
    }
}
