using LiveComments.PostgreSql;
using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlRetentionTests(PostgreSqlServer server) : RetentionSpec
{
    private protected override IEventCatalog Catalog => new PostgreSqlEventCatalog(((PostgreSqlStore)Store).Database);

    private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time) => await PostgreSqlStore.CreateAsync(server, time);

    /// <summary>The server's files keep former versions of a row until they are vacuumed.</summary>
    private protected override Task<byte[]> DumpAsync() => Store.DumpAsync();
}
