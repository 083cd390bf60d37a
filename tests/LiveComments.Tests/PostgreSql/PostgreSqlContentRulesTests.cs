using LiveComments.PostgreSql;
using LiveComments.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlContentRulesTests(PostgreSqlServer server) : ContentRulesSpec
{
    private PostgreSqlOptions _options = null!;
    private PostgreSqlDatabase _database = null!;

    public override async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await server.DropDatabaseAsync(_options.ConnectionString);
    }

    protected override async Task<(IContentRules Rules, IEventCatalog Catalog)> OpenAsync()
    {
        _options = new PostgreSqlOptions { ConnectionString = await server.CreateDatabaseAsync(), Timeout = TimeSpan.FromSeconds(30) };
        _database = PostgreSqlDatabase.Open(_options, NullLogger.Instance);
        return (new PostgreSqlContentRules(_database), new PostgreSqlEventCatalog(_database));
    }
}
