namespace LiveComments.Load.Net;

/// <summary>A keep-alive HTTP/1.1 connection with one request under way at a time.</summary>
internal abstract class HttpConnection(Loop loop, Endpoint endpoint) : Connection(loop, endpoint)
{
    private readonly byte[] _body = new byte[8 * 1024];

    protected override int OnReceived(ReadOnlySpan<byte> data, long now)
    {
        if (!HttpResponse.TryRead(data, out var response))
            return 0;
        var used = response.Size;
        ReadOnlySpan<byte> body;
        if (response.ContentLength >= 0)
        {
            if (data.Length - used < response.ContentLength)
                return 0;
            body = data.Slice(used, response.ContentLength);
            used += response.ContentLength;
        }
        else
        {
            var length = 0;
            while (true)
            {
                if (!HttpResponse.TryReadChunk(data[used..], out var chunk, out var size))
                    return 0;
                used += size;
                if (chunk.Length == 0)
                    break;
                chunk.CopyTo(_body.AsSpan(length));
                length += chunk.Length;
            }
            body = _body.AsSpan(0, length);
        }
        OnResponse(response, body, now);
        if (!response.KeepAlive)
            Lost("the server closes after this answer");
        return used;
    }

    protected abstract void OnResponse(HttpResponse response, ReadOnlySpan<byte> body, long now);
}
