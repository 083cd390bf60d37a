using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.ClickHouse;

[Collection(ClickHouseCollection.Name), RequiresClickHouse]
public sealed class ClickHouseAnalyticsFollowerTests(ClickHouseServer server) : AnalyticsFollowerSpec
{
    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new ClickHouseStore(server, time));
}
