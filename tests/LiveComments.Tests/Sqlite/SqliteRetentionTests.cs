using LiveComments.Sqlite;
using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.Sqlite;

public sealed class SqliteRetentionTests : RetentionSpec
{
    private SqliteStore Sqlite => (SqliteStore)Store;

    private protected override IEventCatalog Catalog => new SqliteEventCatalog(Sqlite.Database);

    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new SqliteStore(time));

    private protected override async Task<byte[]> DumpAsync()
    {
        // Closing brings the write-ahead log into the file.
        await Store.ReopenAsync();
        return await File.ReadAllBytesAsync(Sqlite.Options.Path);
    }
}
