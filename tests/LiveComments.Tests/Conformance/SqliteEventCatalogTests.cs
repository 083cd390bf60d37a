using LiveComments.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Conformance;

public class SqliteEventCatalogTests : EventCatalogSpec
{
    private readonly TemporaryFolder _folder = new();
    private SqliteDatabase _database = null!;

    public override async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    protected override ValueTask<IEventsUnderTest> CreateAsync()
    {
        // Each promise is tested whatever the machine's load: the store may take its time.
        _database = SqliteDatabase.Open(new SqliteOptions { Path = _folder.At("test.db"), Timeout = TimeSpan.FromSeconds(30) }, NullLogger.Instance);
        return ValueTask.FromResult<IEventsUnderTest>(new EventsUnderTest(new SqliteEventCatalog(_database), new SqliteParticipants(_database)));
    }
}
