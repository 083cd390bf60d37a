using System.Net;

namespace LiveComments.Cassandra.Cql;

/// <summary>What the cluster says of one of its nodes.</summary>
internal sealed record RingNode(EndPoint EndPoint, string DataCenter, IReadOnlyList<long> Tokens);
