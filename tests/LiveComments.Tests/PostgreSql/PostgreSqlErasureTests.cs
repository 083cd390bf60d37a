using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Redis;
using Npgsql;

namespace LiveComments.Tests.PostgreSql;

/// <summary>On PostgreSQL, and with Redis where there is one.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlErasureTests(PostgreSqlServer postgreSql, RedisServer redis) : ErasureSpec, IClassFixture<RedisServer>
{
    private readonly string _prefix = redis.NewPrefix();
    private string _connection = "";

    protected override async Task<string[]> StoreAsync() =>
        [.. PostgreSqlServer.StoreSettings(_connection = await postgreSql.CreateDatabaseAsync()), .. HasRedis ? redis.Settings(_prefix) : []];

    private static bool HasRedis => RedisServer.Obstacle is null;

    private protected override async Task<byte[]> DumpAsync() => [.. await PostgreSqlServer.DumpAsync(_connection), .. HasRedis ? await redis.DumpAsync(_prefix) : []];

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
