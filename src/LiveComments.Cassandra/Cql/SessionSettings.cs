using System.Net;

namespace LiveComments.Cassandra.Cql;

/// <summary>Which nodes are asked.</summary>
/// <param name="ContactPoints">Those that are asked first for the others.</param>
/// <param name="DataCenter">Whose nodes are asked; empty for that of the contact point.</param>
/// <param name="Connections">To each node.</param>
/// <param name="Metrics">Null where nobody measures.</param>
internal sealed record SessionSettings(IReadOnlyList<EndPoint> ContactPoints, string DataCenter, int Connections, ConnectionSettings Connection, CqlMetrics? Metrics = null);
