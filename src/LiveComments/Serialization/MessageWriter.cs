using System.Buffers.Binary;
using System.Text;

namespace LiveComments.Serialization;

/// <summary>
/// Writes the bytes of a message between nodes. Numbers are of variable length (LEB128), texts are UTF-8 with their length. What may grow in later versions stands in a block, whose length
/// is known, so that an older node skips what it does not know.
/// </summary>
internal sealed class MessageWriter
{
    private byte[] _bytes = new byte[256];
    private int _length;

    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

    public void Number(long value)
    {
        // Zigzag, so that small negative numbers are short too.
        var rest = (ulong)(value << 1 ^ value >> 63);
        var target = Room(10);
        var count = 0;
        for (; rest >= 0x80; rest >>= 7)
            target[count++] = (byte)(rest | 0x80);
        target[count++] = (byte)rest;
        _length += count;
    }

    public void Flag(bool value)
    {
        Room(1)[0] = value ? (byte)1 : (byte)0;
        _length++;
    }

    public void Id(Guid value)
    {
        value.TryWriteBytes(Room(16), bigEndian: true, out _);
        _length += 16;
    }

    /// <summary>An id that may be missing.</summary>
    public void IdOrNull(Guid? value)
    {
        Flag(value is not null);
        if (value is { } id)
            Id(id);
    }

    public void Text(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        Number(count);
        Encoding.UTF8.GetBytes(value, Room(count));
        _length += count;
    }

    /// <summary>A text that may be missing.</summary>
    public void TextOrNull(string? value)
    {
        Flag(value is not null);
        if (value is not null)
            Text(value);
    }

    public void Time(DateTimeOffset value) => Number(value.UtcTicks);

    public void Span(TimeSpan value) => Number(value.Ticks);

    /// <summary>A time that may be missing.</summary>
    public void SpanOrNull(TimeSpan? value)
    {
        Flag(value is not null);
        if (value is { } time)
            Span(time);
    }

    public void Position(Position value)
    {
        Number(value.Epoch);
        Number(value.Seq);
    }

    /// <summary>Something that may grow at its end in later versions.</summary>
    public void Block<T>(T item, Action<MessageWriter, T> write)
    {
        var start = _length;
        Room(sizeof(int));
        _length += sizeof(int);
        write(this, item);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(start), _length - start - sizeof(int));
    }

    /// <summary>A list: how many, and each in a block.</summary>
    public void List<T>(IReadOnlyList<T> items, Action<MessageWriter, T> write)
    {
        Number(items.Count);
        foreach (var item in items)
            Block(item, write);
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - _length < count)
            Array.Resize(ref _bytes, Math.Max(_length + count, 2 * _bytes.Length));
        return _bytes.AsSpan(_length, _bytes.Length - _length);
    }
}
