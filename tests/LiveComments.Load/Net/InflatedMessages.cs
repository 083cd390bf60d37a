using System.IO.Compression;

namespace LiveComments.Load.Net;

/// <summary>
/// What compressed messages (RFC 7692) say. Many viewers get the same bytes: they are decompressed when they are first seen, and looked up for the next.
/// </summary>
internal sealed class InflatedMessages
{
    /// <summary>Bytes kept, compressed and not; a viewer further behind than this costs a decompression again, nothing else.</summary>
    private const long MaxBytes = 64 << 20;

    private readonly Dictionary<int, (byte[] Compressed, byte[] Text)> _recent = [];
    private readonly Queue<int> _order = [];
    private long _bytes;

    /// <exception cref="InvalidDataException">It is no compressed message.</exception>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> message)
    {
        var hash = new HashCode();
        hash.AddBytes(message);
        var key = hash.ToHashCode();
        if (_recent.TryGetValue(key, out var known) && message.SequenceEqual(known.Compressed))
            return known.Text;
        var item = (Compressed: message.ToArray(), Text: Inflate(message));
        _bytes += Size(item) - Size(known);
        if (known.Text is null)
            _order.Enqueue(key);
        _recent[key] = item;
        while (_bytes > MaxBytes && _order.TryDequeue(out var oldest) && _recent.Remove(oldest, out var gone))
            _bytes -= Size(gone);
        return item.Text;
    }

    private static long Size((byte[]? Compressed, byte[]? Text) item) => (item.Compressed?.Length ?? 0) + (item.Text?.Length ?? 0);

    private static byte[] Inflate(ReadOnlySpan<byte> message)
    {
        using var inflate = new DeflateStream(new MemoryStream([.. message, 0, 0, 0xFF, 0xFF]), CompressionMode.Decompress);
        var text = new MemoryStream();
        inflate.CopyTo(text);
        return text.ToArray();
    }
}
