namespace LiveComments.Cassandra.Cql;

/// <summary>A column of a result, or a bind marker of a prepared statement.</summary>
internal readonly record struct Column(string Name, ColumnType Type);
