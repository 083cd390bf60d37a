using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlStreamTests(PostgreSqlServer postgreSql) : StreamTests
{
    protected override Task<string[]> StoreAsync() => postgreSql.StoreSettingsAsync();
}
