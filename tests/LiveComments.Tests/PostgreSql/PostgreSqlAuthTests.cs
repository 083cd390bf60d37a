using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlAuthTests(PostgreSqlServer postgreSql) : AuthTests
{
    protected override Task<string[]> StoreAsync() => postgreSql.StoreSettingsAsync();
}
