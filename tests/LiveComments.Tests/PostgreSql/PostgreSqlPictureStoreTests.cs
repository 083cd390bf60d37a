using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlPictureStoreTests(PostgreSqlServer server) : PictureStoreSpec
{
    private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time) => await PostgreSqlStore.CreateAsync(server, time);
}
