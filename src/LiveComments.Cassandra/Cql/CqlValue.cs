using System.Buffers.Binary;
using System.Text;

namespace LiveComments.Cassandra.Cql;

/// <summary>How values are written (native protocol v4, 6).</summary>
internal static class CqlValue
{
    /// <exception cref="ArgumentException">The marker takes another type.</exception>
    public static byte[]? Write(Column marker, object? value) => (marker.Type, value) switch
    {
        (_, null) => null,
        (ColumnType.Uuid or ColumnType.Timeuuid, Guid id) => id.ToByteArray(bigEndian: true),
        (ColumnType.Varchar or ColumnType.Ascii, string text) => Encoding.UTF8.GetBytes(text),
        (ColumnType.Bigint or ColumnType.Counter, long number) => Long(number),
        (ColumnType.Int, int number) => Int(number),
        (ColumnType.Smallint, short number) => [(byte)(number >> 8), (byte)number],
        (ColumnType.Tinyint, byte number) => [number],
        (ColumnType.Boolean, bool yes) => [yes ? (byte)1 : (byte)0],
        (ColumnType.Blob, byte[] bytes) => bytes,
        (ColumnType.Timestamp, DateTimeOffset time) => Long(time.ToUnixTimeMilliseconds()),
        // What IN takes.
        (ColumnType.List, long[] numbers) => List(numbers, Long),
        (ColumnType.List, Guid[] ids) => List(ids, id => id.ToByteArray(bigEndian: true)),
        _ => throw new ArgumentException($"{marker.Name} takes {marker.Type}, not {value.GetType().Name}.", nameof(value)),
    };

    private static byte[] List<T>(T[] items, Func<T, byte[]> write)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Int(items.Length));
        foreach (var value in items.Select(write))
        {
            bytes.Write(Int(value.Length));
            bytes.Write(value);
        }
        return bytes.ToArray();
    }

    private static byte[] Int(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Long(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }
}
