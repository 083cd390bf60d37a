using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace LiveComments.Cassandra.Cql;

/// <summary>Writes one frame. Its stream is left open: each connection that sends it has one of its own.</summary>
internal sealed class FrameWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    public FrameWriter(Opcode opcode)
    {
        var header = _bytes.GetSpan(Frame.HeaderLength);
        header[..Frame.HeaderLength].Clear();
        (header[0], header[4]) = (Frame.RequestVersion, (byte)opcode);
        _bytes.Advance(Frame.HeaderLength);
    }

    public FrameWriter Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
        return this;
    }

    public FrameWriter Short(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.GetSpan(2), checked((ushort)value));
        _bytes.Advance(2);
        return this;
    }

    public FrameWriter Int(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public FrameWriter Text(string text)
    {
        Short(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _bytes);
        return this;
    }

    public FrameWriter LongText(string text)
    {
        Int(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _bytes);
        return this;
    }

    public FrameWriter ShortBytes(ReadOnlySpan<byte> bytes)
    {
        Short(bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    /// <param name="bytes">Null is another value than none.</param>
    public FrameWriter Bytes(byte[]? bytes)
    {
        Int(bytes?.Length ?? -1);
        _bytes.Write(bytes);
        return this;
    }

    public FrameWriter Values(IReadOnlyList<byte[]?> values)
    {
        Short(values.Count);
        foreach (var value in values)
            Bytes(value);
        return this;
    }

    /// <exception cref="CqlException">It is longer than a node takes.</exception>
    public ReadOnlyMemory<byte> ToFrame()
    {
        var body = _bytes.WrittenCount - Frame.HeaderLength;
        if (body > Frame.BodyLimit)
            throw new CqlException(CqlFailure.NotSent, $"A request has {body} bytes; a node takes {Frame.BodyLimit}.");
        var frame = _bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), body);
        return frame;
    }
}
