namespace LiveComments.Cassandra.Cql;

/// <summary>A statement as nodes know it.</summary>
/// <param name="Id">The same on every node, because it is a hash of the text.</param>
/// <param name="Markers">What it takes.</param>
/// <param name="PartitionKey">Which of the markers are the partition key, in its order; empty when not all of it is among them.</param>
internal sealed record Prepared(byte[] Id, IReadOnlyList<Column> Markers, IReadOnlyList<int> PartitionKey)
{
    /// <summary>Reads what follows the kind of a result that is a prepared statement.</summary>
    public static Prepared Read(ref BodyReader reader)
    {
        const int sameTable = 0x01;
        var id = reader.ShortBytes();
        var flags = reader.Int();
        var markers = reader.Count(bytesEach: 4);
        var partitionKey = new int[reader.Count(bytesEach: 2)];
        for (var i = 0; i < partitionKey.Length; i++)
            if ((partitionKey[i] = reader.Short()) >= markers)
                throw new CqlException(CqlFailure.Malformed, $"A statement with {markers} markers has its partition key in marker {partitionKey[i]}.");
        return new Prepared(id, markers == 0 ? [] : reader.Columns(markers, (flags & sameTable) != 0), partitionKey);
    }

    /// <exception cref="ArgumentException">They are not what the statement takes.</exception>
    public byte[]?[] Bind(IReadOnlyList<object?> values)
    {
        if (values.Count != Markers.Count)
            throw new ArgumentException($"The statement takes {Markers.Count} values, not {values.Count}.", nameof(values));
        var bound = new byte[]?[values.Count];
        for (var i = 0; i < bound.Length; i++)
            bound[i] = CqlValue.Write(Markers[i], values[i]);
        return bound;
    }

    /// <summary>Where what these values name is on the ring; null when the statement does not tell.</summary>
    public long? TokenOf(byte[]?[] values) =>
        PartitionKey.Count == 0 || PartitionKey.Any(index => values[index] is null) ? null : Token.Of(Token.Key([.. PartitionKey.Select(index => values[index]!)]));
}
