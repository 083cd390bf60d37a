using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.PostgreSql;

/// <summary>One server of the product for all tests of a class, on PostgreSQL.</summary>
public sealed class PostgreSqlSharedServer(PostgreSqlServer postgreSql) : SharedServer
{
    protected override Task<string[]> StoreAsync() => postgreSql.StoreSettingsAsync();
}
