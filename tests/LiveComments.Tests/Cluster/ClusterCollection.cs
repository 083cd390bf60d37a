using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Cluster;

/// <summary>Tests that run several nodes in processes of their own. One at a time: together they would leave no node the time to answer the others.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<PostgreSqlServer>
{
    public const string Name = "Cluster";
}
