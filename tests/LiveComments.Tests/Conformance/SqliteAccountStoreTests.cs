using LiveComments.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Conformance;

public class SqliteAccountStoreTests : AccountStoreSpec
{
    private readonly TemporaryFolder _folder = new();
    private SqliteDatabase? _database;

    public override async Task DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    protected override Task<IAccountStore> OpenAsync()
    {
        _database = SqliteDatabase.Open(new SqliteOptions { Path = _folder.At("livecomments.db"), Timeout = TimeSpan.FromSeconds(30) }, NullLogger.Instance);
        return Task.FromResult<IAccountStore>(new SqliteAccountStore(_database));
    }

    protected override async Task<IAccountStore> ReopenAsync()
    {
        await CloseAsync();
        return await OpenAsync();
    }

    private async Task CloseAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }
}
