using System.Buffers.Binary;

namespace LiveComments.Cassandra.Cql;

/// <summary>Reads frames from a stream. What says that it is longer than <see cref="Frame.BodyLimit"/> is refused before there is memory for it.</summary>
internal sealed class FrameReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _from;
    private int _to;

    /// <summary>The next frame; null when the stream ends between two.</summary>
    /// <exception cref="CqlException">What came is no frame, or the stream ended inside one.</exception>
    public async ValueTask<Frame?> ReadAsync(CancellationToken ct)
    {
        while (_to - _from < Frame.HeaderLength)
        {
            _buffer.AsSpan(_from.._to).CopyTo(_buffer);
            (_from, _to) = (0, _to - _from);
            var read = await stream.ReadAsync(_buffer.AsMemory(_to), ct);
            if (read == 0)
                return _to == 0 ? null : throw Ended();
            _to += read;
        }
        var frame = ReadHeader(_buffer.AsSpan(_from));
        _from += Frame.HeaderLength;
        var here = Math.Min(frame.Body.Length, _to - _from);
        _buffer.AsSpan(_from, here).CopyTo(frame.Body);
        _from += here;
        for (var at = here; at < frame.Body.Length;)
        {
            var read = await stream.ReadAsync(frame.Body.AsMemory(at), ct);
            if (read == 0)
                throw Ended();
            at += read;
        }
        return frame;
    }

    private static Frame ReadHeader(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(header[5..]);
        if (header[0] != Frame.ResponseVersion)
            throw new CqlException(CqlFailure.Malformed, $"A frame has the version 0x{header[0]:X2}, not 0x{Frame.ResponseVersion:X2}: this is no Cassandra that speaks the native protocol v4.");
        if (length is < 0 or > Frame.BodyLimit)
            throw new CqlException(CqlFailure.Malformed, $"A frame says that it has {length} bytes; it may have {Frame.BodyLimit}.");
        return new Frame(header[1], BinaryPrimitives.ReadInt16BigEndian(header[2..]), (Opcode)header[4], new byte[length]);
    }

    private static CqlException Ended() => new(CqlFailure.Closed, "The connection ended inside a frame.");
}
