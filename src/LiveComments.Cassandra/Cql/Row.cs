using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace LiveComments.Cassandra.Cql;

/// <summary>One row. Columns are named by their number in the statement.</summary>
internal readonly struct Row(RowSet set, int row)
{
    public bool IsNull(int column) => !set.TryGet(row, column, out _);

    public Guid GetGuid(int column) => new(Get(column, 16), bigEndian: true);

    public Guid? GetGuidOrNull(int column) => IsNull(column) ? null : GetGuid(column);

    public long GetLong(int column) => BinaryPrimitives.ReadInt64BigEndian(Get(column, 8));

    public long? GetLongOrNull(int column) => IsNull(column) ? null : GetLong(column);

    public int GetInt(int column) => BinaryPrimitives.ReadInt32BigEndian(Get(column, 4));

    public short GetShort(int column) => BinaryPrimitives.ReadInt16BigEndian(Get(column, 2));

    public byte GetByte(int column) => Get(column, 1)[0];

    public bool GetBoolean(int column) => Get(column, 1)[0] != 0;

    public DateTimeOffset GetTime(int column)
    {
        try
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(GetLong(column));
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new CqlException(CqlFailure.Malformed, $"{set.Columns[column].Name} is a time that no calendar has.", e);
        }
    }

    public byte[] GetBytes(int column) => Get(column).ToArray();

    public string GetString(int column) => Encoding.UTF8.GetString(Get(column));

    public string? GetStringOrNull(int column) => set.TryGet(row, column, out var value) ? Encoding.UTF8.GetString(value) : null;

    public IPAddress GetAddress(int column) => Get(column) is { Length: 4 or 16 } address ? new IPAddress(address) : throw Wrong(column);

    /// <summary>A list or a set of texts; null, which an empty one is too, has none.</summary>
    public IReadOnlyList<string> GetStrings(int column)
    {
        if (IsNull(column))
            return [];
        var reader = new BodyReader(GetBytes(column));
        var texts = new string[reader.Count(bytesEach: 4)];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = Encoding.UTF8.GetString(reader.Bytes() ?? throw Wrong(column));
        return texts;
    }

    /// <summary>A map of texts; null, which an empty one is too, has none.</summary>
    public IReadOnlyDictionary<string, string> GetTextMap(int column)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (IsNull(column))
            return map;
        var reader = new BodyReader(GetBytes(column));
        for (var left = reader.Count(bytesEach: 8); left > 0; left--)
            map[Encoding.UTF8.GetString(reader.Bytes() ?? throw Wrong(column))] = Encoding.UTF8.GetString(reader.Bytes() ?? throw Wrong(column));
        return map;
    }

    private ReadOnlySpan<byte> Get(int column, int length) => Get(column) is var value && value.Length == length ? value : throw Wrong(column);

    private ReadOnlySpan<byte> Get(int column) => set.TryGet(row, column, out var value) ? value : throw Wrong(column);

    private CqlException Wrong(int column) => new(CqlFailure.Malformed, $"{set.Columns[column].Name} has no value of the length that its type has.");
}
