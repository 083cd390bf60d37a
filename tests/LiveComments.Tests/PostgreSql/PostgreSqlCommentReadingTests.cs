using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlCommentReadingTests(PostgreSqlServer postgreSql) : CommentReadingTests
{
    protected override Task<string[]> StoreAsync() => postgreSql.StoreSettingsAsync();
}
