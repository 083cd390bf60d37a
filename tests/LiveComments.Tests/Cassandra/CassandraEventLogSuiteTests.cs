using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.Cassandra;

[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CassandraEventLogSuiteTests(CassandraServer server) : EventLogSpec
{
    private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time)
    {
        var store = new CassandraStore(server.Stores, time);
        await store.ForgetAsync(Ann.Id, Bob.Id);
        return store;
    }
}
