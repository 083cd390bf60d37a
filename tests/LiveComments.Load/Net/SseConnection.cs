namespace LiveComments.Load.Net;

/// <summary>A <c>text/event-stream</c> over chunked HTTP/1.1.</summary>
internal sealed class SseConnection(Loop loop, Endpoint endpoint, IStreamListener listener) : StreamConnection(loop, endpoint, listener)
{
    private byte[] _text = [];
    private int _length;

    protected override int ExpectedStatus => 200;

    protected override string Headers => "Accept: text/event-stream\r\n";

    protected override int OnStream(ReadOnlySpan<byte> data, long now)
    {
        var used = 0;
        while (IsOpen && HttpResponse.TryReadChunk(data[used..], out var chunk, out var size))
        {
            used += size;
            if (chunk.Length == 0)
            {
                Lost("ended by the server");
                return used;
            }
            OnText(chunk, now);
        }
        return used;
    }

    /// <summary>A chunk may hold several events, or a part of one.</summary>
    private void OnText(ReadOnlySpan<byte> text, long now)
    {
        if (_length > 0)
        {
            if (_text.Length < _length + text.Length)
                Array.Resize(ref _text, (_length + text.Length) * 2);
            text.CopyTo(_text.AsSpan(_length));
            text = _text.AsSpan(0, _length + text.Length);
        }
        for (int end; (end = text.IndexOf("\n\n"u8)) >= 0; text = text[(end + 2)..])
            OnEvent(text[..end], now);
        if (_text.Length < text.Length)
        {
            var larger = new byte[text.Length * 2];
            text.CopyTo(larger);
            _text = larger;
        }
        else
        {
            text.CopyTo(_text);
        }
        _length = text.Length;
    }

    private void OnEvent(ReadOnlySpan<byte> lines, long now)
    {
        while (lines.Length > 0)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = end < 0 ? lines : lines[..end];
            if (line.StartsWith("data:"u8))
                OnMessage(line["data:"u8.Length..].TrimStart((byte)' '), now);
            lines = end < 0 ? [] : lines[(end + 1)..];
        }
    }
}
