namespace LiveComments.Cassandra.Cql;

/// <summary>The rows of one answer: a page of a result, or all of it.</summary>
internal sealed class RowSet
{
    private readonly byte[] _body;
    private readonly (int Start, int Length)[] _cells;

    private RowSet(byte[] body, Column[] columns, int count, byte[]? next)
    {
        (_body, Columns, Count, Next) = (body, columns, count, next);
        _cells = new (int, int)[count * columns.Length];
    }

    public static RowSet Empty { get; } = new([], [], 0, null);

    public IReadOnlyList<Column> Columns { get; }

    public int Count { get; }

    /// <summary>Where the next page begins; null when this is the last.</summary>
    public byte[]? Next { get; }

    /// <summary>Whether a conditional write has written. Its answer begins with a column of this name.</summary>
    public bool WasApplied => Count > 0 && Columns[0] is { Name: "[applied]", Type: ColumnType.Boolean } && this[0].GetBoolean(0);

    public Row this[int index] => (uint)index < (uint)Count ? new Row(this, index) : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerable<Row> Rows => Enumerable.Range(0, Count).Select(index => this[index]);

    /// <summary>Reads what follows the kind of a result that has rows.</summary>
    public static RowSet Read(ref BodyReader reader, byte[] body)
    {
        const int sameTable = 0x01, hasMore = 0x02, noMetadata = 0x04;
        var flags = reader.Int();
        var columnCount = reader.Count(bytesEach: 0);
        var next = (flags & hasMore) != 0 ? reader.Bytes() : null;
        if ((flags & noMetadata) != 0)
            throw new CqlException(CqlFailure.Malformed, "A result does not say what its columns are.");
        // Each has a name and a type at least.
        if (columnCount > reader.Left / 4)
            throw new CqlException(CqlFailure.Malformed, $"A result of {body.Length} bytes says that it has {columnCount} columns.");
        var columns = reader.Columns(columnCount, (flags & sameTable) != 0);
        var rows = new RowSet(body, columns, reader.Count(bytesEach: Math.Max(1, 4 * columns.Length)), next);
        for (var i = 0; i < rows._cells.Length; i++)
            rows._cells[i] = reader.Value();
        return rows;
    }

    /// <summary>False for null.</summary>
    internal bool TryGet(int row, int column, out ReadOnlySpan<byte> value)
    {
        if ((uint)column >= (uint)Columns.Count)
            throw new CqlException(CqlFailure.Malformed, $"A result has {Columns.Count} columns where {column + 1} or more were asked for.");
        var (start, length) = _cells[(row * Columns.Count) + column];
        value = length < 0 ? default : _body.AsSpan(start, length);
        return length >= 0;
    }
}
