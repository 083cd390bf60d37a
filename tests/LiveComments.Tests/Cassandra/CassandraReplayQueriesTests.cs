using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.Cassandra;

[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CassandraReplayQueriesTests(CassandraServer server) : ReplayQueriesSpec
{
    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new CassandraStore(server.Stores, time));
}
