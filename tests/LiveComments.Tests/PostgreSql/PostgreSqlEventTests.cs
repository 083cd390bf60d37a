using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlEventTests(PostgreSqlServer postgreSql) : EventTests
{
    protected override Task<string[]> StoreAsync() => postgreSql.StoreSettingsAsync();
}
