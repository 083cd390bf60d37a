using LiveComments.PostgreSql;
using LiveComments.Tests.Conformance;
using Npgsql;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlRetentionTests(PostgreSqlServer server) : RetentionSpec
{
    private PostgreSqlStore PostgreSql => (PostgreSqlStore)Store;

    private protected override IEventCatalog Catalog => new PostgreSqlEventCatalog(PostgreSql.Database);

    private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time) => await PostgreSqlStore.CreateAsync(server, time);

    /// <summary>Every table, as a dump would have it. The server's files keep former versions of a row until they are vacuumed.</summary>
    private protected override async Task<byte[]> DumpAsync()
    {
        await using var connection = new NpgsqlConnection(PostgreSql.Options.ConnectionString);
        await connection.OpenAsync();
        var tables = new List<string>();
        await using (var names = new NpgsqlCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", connection))
        await using (var rows = await names.ExecuteReaderAsync())
            while (await rows.ReadAsync())
                tables.Add(rows.GetString(0));
        using var dump = new MemoryStream();
        foreach (var table in tables)
        {
            using var copy = await connection.BeginRawBinaryCopyAsync($"COPY {table} TO STDOUT (FORMAT binary)");
            await copy.CopyToAsync(dump);
        }
        return dump.ToArray();
    }
}
