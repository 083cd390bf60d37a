using LiveComments.Sqlite;
using LiveComments.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Sqlite;

public class SqliteContentRulesTests : ContentRulesSpec
{
    private readonly TemporaryFolder _folder = new();
    private SqliteDatabase _database = null!;

    public override async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    protected override Task<(IContentRules Rules, IEventCatalog Catalog)> OpenAsync()
    {
        // Each promise is tested whatever the machine's load: the store may take its time.
        _database = SqliteDatabase.Open(new SqliteOptions { Path = _folder.At("test.db"), Timeout = TimeSpan.FromSeconds(30) }, NullLogger.Instance);
        return Task.FromResult<(IContentRules, IEventCatalog)>((new SqliteContentRules(_database), new SqliteEventCatalog(_database)));
    }
}
