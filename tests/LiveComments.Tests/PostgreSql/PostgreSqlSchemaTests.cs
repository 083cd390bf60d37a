using LiveComments.Events;
using LiveComments.Log;
using LiveComments.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlSchemaTests(PostgreSqlServer server) : IAsyncLifetime
{
    private PostgreSqlOptions _options = null!;

    public async Task InitializeAsync() => _options = new PostgreSqlOptions { ConnectionString = await server.CreateEmptyDatabaseAsync(), Timeout = TimeSpan.FromSeconds(30) };

    public async Task DisposeAsync() => await server.DropDatabaseAsync(_options.ConnectionString);

    [Fact]
    public async Task Nodes_that_start_together_create_the_schema_once()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(Open)));
        var id = EventId.New(TimeProvider.System);
        foreach (var node in nodes)
        {
            Assert.IsType<AppendResult.Appended>((await new PostgreSqlEventLog(node, TimeProvider.System).AppendAsync(id, [new StatusDraft(EventStatus.Live)], default))[0]);
            await node.DisposeAsync();
        }
        Assert.Equal(PostgreSqlSchema.Known, await ScalarAsync("SELECT version FROM schema_version"));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_as_it_is()
    {
        await Open().DisposeAsync();
        await server.ExecuteAsync("UPDATE schema_version SET version = 99", Database);
        Assert.Contains("start a newer program", Assert.Throws<StoreUnavailableException>(Open).Message, StringComparison.Ordinal);
        Assert.Equal(99, await ScalarAsync("SELECT version FROM schema_version"));
    }

    [Fact]
    public void A_schema_that_may_not_be_changed_is_refused_until_somebody_has()
    {
        _options.Migrate = false;
        Assert.Contains("may not change it", Assert.Throws<StoreUnavailableException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_only_read_and_write_rows_is_enough_to_serve()
    {
        await Open().DisposeAsync();
        var role = $"writer_{Database}";
        await server.ExecuteAsync($"""
            CREATE ROLE {role} LOGIN;
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
            """, Database);
        var settings = new NpgsqlConnectionStringBuilder(_options.ConnectionString) { Username = role };
        await using var node = PostgreSqlDatabase.Open(new PostgreSqlOptions { ConnectionString = settings.ConnectionString, Migrate = false, Timeout = TimeSpan.FromSeconds(30) }, NullLogger.Instance);
        var (log, id) = (new PostgreSqlEventLog(node, TimeProvider.System), EventId.New(TimeProvider.System));
        Assert.IsType<AppendResult.Appended>((await log.AppendAsync(id, [new StatusDraft(EventStatus.Live)], default))[0]);
        while (!await log.DeleteAsync(id, default))
        {
        }
        await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("DROP TABLE entries", connection);
            await command.ExecuteNonQueryAsync();
        });
    }

    [Fact]
    public async Task A_database_that_cannot_hold_every_language_is_refused()
    {
        var name = $"latin_{Database}";
        await server.ExecuteAsync($"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
        _options.ConnectionString = new NpgsqlConnectionStringBuilder(_options.ConnectionString) { Database = name }.ConnectionString;
        Assert.Contains("UTF8", Assert.Throws<StoreUnavailableException>(Open).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Database=livecomments")]
    [InlineData("Host=localhost;Unknown=1")]
    public void A_connection_string_that_cannot_work_is_refused(string connectionString) =>
        Assert.NotNull(ConnectionSettings.Fault(new PostgreSqlOptions { ConnectionString = connectionString }));

    private string Database => new NpgsqlConnectionStringBuilder(_options.ConnectionString).Database!;

    private PostgreSqlDatabase Open() => PostgreSqlDatabase.Open(_options, NullLogger.Instance);

    private async Task<int> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_options.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (int)(await command.ExecuteScalarAsync())!;
    }
}
