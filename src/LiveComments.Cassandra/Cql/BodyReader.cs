using System.Buffers.Binary;
using System.Text;

namespace LiveComments.Cassandra.Cql;

/// <summary>Reads the body of a frame (native protocol v4, 3). It never reads beyond the end, whatever the lengths in the body say.</summary>
internal ref struct BodyReader(byte[] body)
{
    /// <summary>Types of types that stand inside each other at most. A server sends two or three.</summary>
    private const int TypeDepth = 16;

    private int _at;

    /// <summary>How many bytes are left.</summary>
    public readonly int Left => body.Length - _at;

    public byte Byte() => Take(1)[0];

    public ushort Short() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public string Text() => Encoding.UTF8.GetString(Take(Short()));

    public byte[] ShortBytes() => Take(Short()).ToArray();

    /// <summary>Where the next value is; the length is -1 for null.</summary>
    public (int Start, int Length) Value()
    {
        var length = Int();
        if (length < 0)
            return (_at, -1);
        Skip(length);
        return (_at - length, length);
    }

    public byte[]? Bytes()
    {
        var (start, length) = Value();
        return length < 0 ? null : body.AsSpan(start, length).ToArray();
    }

    /// <summary>A count of things that take so many bytes each at least, so that no lie about it takes memory.</summary>
    public int Count(int bytesEach)
    {
        var count = Int();
        return count >= 0 && (long)count * bytesEach <= Left ? count : throw new CqlException(CqlFailure.Malformed, $"A body with {Left} bytes left says that {count} things follow.");
    }

    public void Skip(int bytes) => Take(bytes);

    /// <summary>A type. What it consists of is read and left out.</summary>
    public ColumnType Type(int depth = 0)
    {
        if (depth == TypeDepth)
            throw new CqlException(CqlFailure.Malformed, $"A type has more than {TypeDepth} types inside each other.");
        var type = (ColumnType)Short();
        switch (type)
        {
            case ColumnType.Custom:
                Skip(Short());
                break;
            case ColumnType.List or ColumnType.Set:
                Type(depth + 1);
                break;
            case ColumnType.Map:
                Type(depth + 1);
                Type(depth + 1);
                break;
            case ColumnType.UserDefined:
                Skip(Short());
                Skip(Short());
                for (var left = Short(); left > 0; left--)
                {
                    Skip(Short());
                    Type(depth + 1);
                }
                break;
            case ColumnType.Tuple:
                for (var left = Short(); left > 0; left--)
                    Type(depth + 1);
                break;
        }
        return type;
    }

    /// <summary>The columns that metadata tells of.</summary>
    /// <param name="sameTable">Whether all are of one table, which then stands before them.</param>
    public Column[] Columns(int count, bool sameTable)
    {
        if (sameTable)
            SkipTable();
        var columns = new Column[count];
        for (var i = 0; i < count; i++)
        {
            if (!sameTable)
                SkipTable();
            columns[i] = new Column(Text(), Type());
        }
        return columns;
    }

    private void SkipTable()
    {
        Skip(Short());
        Skip(Short());
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Left)
            throw new CqlException(CqlFailure.Malformed, $"A body of {body.Length} bytes ends before the {count} bytes at {_at}.");
        _at += count;
        return body.AsSpan(_at - count, count);
    }
}
