using LiveComments.PostgreSql;
using LiveComments.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlAccountStoreTests(PostgreSqlServer server) : AccountStoreSpec
{
    private PostgreSqlOptions? _options;
    private PostgreSqlDatabase? _database;

    public override async Task DisposeAsync()
    {
        await CloseAsync();
        if (_options is not null)
            await server.DropDatabaseAsync(_options.ConnectionString);
    }

    protected override async Task<IAccountStore> OpenAsync()
    {
        _options ??= new PostgreSqlOptions { ConnectionString = await server.CreateDatabaseAsync(), Timeout = TimeSpan.FromSeconds(30) };
        _database = PostgreSqlDatabase.Open(_options, NullLogger.Instance);
        return new PostgreSqlAccountStore(_database);
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
