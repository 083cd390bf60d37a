using LiveComments.PostgreSql;
using LiveComments.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlModerationRulesTests(PostgreSqlServer server) : ModerationRulesSpec
{
    private PostgreSqlOptions _options = null!;
    private PostgreSqlDatabase _database = null!;

    public override async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await server.DropDatabaseAsync(_options.ConnectionString);
    }

    protected override async Task<(IModerationRules Rules, IEventCatalog Catalog)> OpenAsync()
    {
        _options = new PostgreSqlOptions { ConnectionString = await server.CreateDatabaseAsync(), Timeout = TimeSpan.FromSeconds(30) };
        _database = PostgreSqlDatabase.Open(_options, NullLogger.Instance);
        return (new PostgreSqlModerationRules(_database), new PostgreSqlEventCatalog(_database));
    }
}
