using LiveComments.Cassandra;
using LiveComments.Cassandra.Cql;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Cassandra;

/// <summary>The keyspace is created as the options say, or checked, and never is another one than they say.</summary>
[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CassandraSchemaTests(CassandraServer server) : IAsyncLifetime
{
    private readonly CassandraOptions _options = server.NewKeyspace();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await using var session = await server.OpenAsync();
        await session.RunAsync($"DROP KEYSPACE IF EXISTS {_options.Keyspace}", Consistency.One, TimeSpan.FromMinutes(2), default);
    }

    [Fact]
    public async Task Programs_that_start_together_create_one_schema_which_later_ones_find()
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => OpenAsync()));
        _options.Replication = "";
        await OpenAsync();
    }

    [Fact]
    public async Task A_keyspace_that_is_missing_is_not_created_without_being_told_how_many_copies_to_keep()
    {
        _options.Replication = "";
        Assert.Contains("LiveComments:Cassandra:Replication", (await Assert.ThrowsAsync<StoreUnavailableException>(OpenAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_keyspace_with_another_replication_or_without_a_commit_log_or_of_a_newer_program_is_refused()
    {
        await OpenAsync();
        _options.Replication = "dc1:3";
        Assert.Contains("dc1: 1", (await Assert.ThrowsAsync<StoreUnavailableException>(OpenAsync)).Message, StringComparison.Ordinal);
        _options.Replication = "dc1:1,dc2:1";
        Assert.Contains("dc1:1,dc2:1", (await Assert.ThrowsAsync<StoreUnavailableException>(OpenAsync)).Message, StringComparison.Ordinal);
        _options.Replication = "dc1:1";
        await using var session = await server.OpenAsync();
        await session.RunAsync($"ALTER KEYSPACE {_options.Keyspace} WITH durable_writes = false", Consistency.One, TimeSpan.FromMinutes(2), default);
        Assert.Contains("durable_writes", (await Assert.ThrowsAsync<StoreUnavailableException>(OpenAsync)).Message, StringComparison.Ordinal);
        await session.RunAsync($"ALTER KEYSPACE {_options.Keyspace} WITH durable_writes = true", Consistency.One, TimeSpan.FromMinutes(2), default);
        await session.RunAsync($"UPDATE {_options.Keyspace}.schema_version SET version = 99 WHERE id = 0", Consistency.One, TimeSpan.FromMinutes(2), default);
        Assert.Contains("schema 99", (await Assert.ThrowsAsync<StoreUnavailableException>(OpenAsync)).Message, StringComparison.Ordinal);
    }

    private async Task OpenAsync()
    {
        await using var database = new CassandraDatabase(_options, NullLogger.Instance, TimeProvider.System);
        Assert.True(await database.AskAsync(session => session.AgreesAsync(default), writes: false, default));
    }
}
