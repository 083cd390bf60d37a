using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.Sqlite;

public sealed class SqliteEntryOutlinesTests : EntryOutlinesSpec
{
    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new SqliteStore(time));
}
