namespace LiveComments.Tests.Cassandra;

/// <summary>One node for all tests that need one. They run one after another, because some of them kill it.</summary>
[CollectionDefinition(Name)]
public sealed class CassandraCollection : ICollectionFixture<CassandraServer>
{
    public const string Name = "Cassandra";
}
