using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.Sqlite;

public class SqlitePersonalDataTests : PersonalDataSpec
{
    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new SqliteStore(time));
}
