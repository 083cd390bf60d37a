using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.Sqlite;

public class SqlitePictureStoreTests : PictureStoreSpec
{
    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new SqliteStore(time));
}
