namespace LiveComments.Cassandra.Cql;

/// <summary>A statement with its values.</summary>
internal readonly record struct Bound(Statement Statement, params object?[] Values);
