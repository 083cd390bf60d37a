using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.Sqlite;

public sealed class SqliteAnalyticsFollowerTests : AnalyticsFollowerSpec
{
    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new SqliteStore(time));
}
