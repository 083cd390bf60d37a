using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;

namespace LiveComments.Serialization;

/// <summary>Reads what <see cref="MessageWriter"/> wrote. Bytes that are not such a message throw <see cref="SerializationException"/>; what a newer node added at the end of a block is not read.</summary>
internal ref struct MessageReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return (long)(value >> 1) ^ -(long)(value & 1);
        }
        throw new SerializationException("A number of a message is too long.");
    }

    /// <summary>Whether anything follows in this block: an older node wrote less.</summary>
    public readonly bool HasMore => !_rest.IsEmpty;

    public int Int() => Number() is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw new SerializationException("A number of a message is too large.");

    public bool Flag() => Take(1)[0] != 0;

    public Guid Id() => new(Take(16), bigEndian: true);

    public Guid? IdOrNull() => Flag() ? Id() : null;

    public string Text()
    {
        try
        {
            return Encoding.UTF8.GetString(Take(Int()));
        }
        catch (ArgumentException e)
        {
            throw new SerializationException("A text of a message is damaged.", e);
        }
    }

    public string? TextOrNull() => Flag() ? Text() : null;

    public DateTimeOffset Time() => Number() is >= 0 and <= 3155378975999999999 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : throw new SerializationException("A time of a message is out of range.");

    public TimeSpan Span() => new(Number());

    public TimeSpan? SpanOrNull() => Flag() ? Span() : null;

    public Position Position() => new(Number(), Number());

    /// <summary>A list of blocks.</summary>
    public T[] List<T>(Item<T> read)
    {
        var count = Int();
        // Each takes its length at least, so a damaged number does not cost memory.
        if (count < 0 || count > _rest.Length / sizeof(int))
            throw new SerializationException("A list of a message is longer than the message.");
        var items = new T[count];
        for (var i = 0; i < count; i++)
            items[i] = Block(read);
        return items;
    }

    public T Block<T>(Item<T> read)
    {
        var block = new MessageReader(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)))));
        return read(ref block);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
            throw new SerializationException("A message ends too early.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>Reads one item from its block.</summary>
    public delegate T Item<out T>(ref MessageReader block);
}
