using LiveComments.Tests.EndToEnd;
using Npgsql;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlErasureTests(PostgreSqlServer postgreSql) : ErasureSpec
{
    private string _connection = "";

    protected override async Task<string[]> StoreAsync() => PostgreSqlServer.StoreSettings(_connection = await postgreSql.CreateDatabaseAsync());

    private protected override Task<byte[]> DumpAsync() => PostgreSqlServer.DumpAsync(_connection);

    private protected override async Task BackUpAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await postgreSql.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Database}'");
        await postgreSql.ExecuteAsync($"CREATE DATABASE {Database}_backup TEMPLATE {Database}");
    }

    private protected override async Task RestoreAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await postgreSql.DropDatabaseAsync(_connection);
        await postgreSql.ExecuteAsync($"ALTER DATABASE {Database}_backup RENAME TO {Database}");
    }

    private string Database => new NpgsqlConnectionStringBuilder(_connection).Database!;
}
