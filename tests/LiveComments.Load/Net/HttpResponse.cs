using System.Buffers.Text;

namespace LiveComments.Load.Net;

/// <summary>The head of an HTTP/1.1 answer, as far as a load client needs it.</summary>
/// <param name="Size">Bytes of the head with its empty line.</param>
/// <param name="ContentLength">-1 when the body is chunked, 0 when there is neither.</param>
/// <param name="RetryAfter">Seconds; 0 when not given.</param>
internal readonly record struct HttpResponse(int Size, int Status, int ContentLength, int RetryAfter, bool KeepAlive)
{
    /// <returns>False when the head is not complete yet.</returns>
    /// <exception cref="InvalidDataException">It is not HTTP/1.1.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, out HttpResponse response)
    {
        response = default;
        var end = data.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return data.Length < 32 * 1024 ? false : throw new InvalidDataException("The head of an answer is too long.");
        if (!data.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(data[9..], out int status, out _))
            throw new InvalidDataException("The answer is not HTTP/1.1.");
        int contentLength = 0, retryAfter = 0;
        var keepAlive = true;
        var head = data[..end];
        for (var line = head.IndexOf("\r\n"u8); line >= 0;)
        {
            head = head[(line + 2)..];
            line = head.IndexOf("\r\n"u8);
            var header = line < 0 ? head : head[..line];
            var colon = header.IndexOf((byte)':');
            if (colon < 0)
                continue;
            var value = header[(colon + 1)..].Trim((byte)' ');
            if (Is(header[..colon], "content-length"))
                Utf8Parser.TryParse(value, out contentLength, out _);
            else if (Is(header[..colon], "transfer-encoding"))
                contentLength = -1;
            else if (Is(header[..colon], "retry-after"))
                Utf8Parser.TryParse(value, out retryAfter, out _);
            else if (Is(header[..colon], "connection"))
                keepAlive = !Is(value, "close");
        }
        response = new HttpResponse(end + 4, status, contentLength, retryAfter, keepAlive);
        return true;
    }

    /// <summary>Takes one chunk off the front of a chunked body.</summary>
    /// <returns>False when it is not complete yet. An empty <paramref name="chunk"/> ends the body.</returns>
    public static bool TryReadChunk(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> chunk, out int used)
    {
        chunk = default;
        used = 0;
        var line = data.IndexOf("\r\n"u8);
        if (line < 0)
            return false;
        if (!Utf8Parser.TryParse(data[..line], out int size, out _, 'x'))
            throw new InvalidDataException("A chunk has no size.");
        if (data.Length < line + 2 + size + 2)
            return false;
        chunk = data.Slice(line + 2, size);
        used = line + 2 + size + 2;
        return true;
    }

    private static bool Is(ReadOnlySpan<byte> name, string lowerCase) => System.Text.Ascii.EqualsIgnoreCase(name, lowerCase);
}
