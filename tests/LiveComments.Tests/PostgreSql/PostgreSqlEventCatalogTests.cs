using LiveComments.PostgreSql;
using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlEventCatalogTests(PostgreSqlServer server) : EventCatalogSpec
{
    private PostgreSqlStore? _store;

    public override async Task DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }

    protected override async ValueTask<IEventsUnderTest> CreateAsync()
    {
        _store = await PostgreSqlStore.CreateAsync(server, TimeProvider.System);
        return new EventsUnderTest(new PostgreSqlEventCatalog(_store.Database), new PostgreSqlParticipants(_store.Database));
    }
}
