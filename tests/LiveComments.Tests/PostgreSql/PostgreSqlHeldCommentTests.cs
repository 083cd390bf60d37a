using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlHeldCommentTests(PostgreSqlServer postgreSql) : HeldCommentSpec
{
    protected override Task<string[]> StoreAsync() => postgreSql.StoreSettingsAsync();
}
