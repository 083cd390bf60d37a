using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlReplayTests(PostgreSqlServer postgreSql) : ReplayTests
{
    protected override Task<string[]> StoreAsync() => postgreSql.StoreSettingsAsync();
}
