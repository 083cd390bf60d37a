using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlPostingTests(PostgreSqlSharedServer shared) : PostingSpec(shared), IClassFixture<PostgreSqlSharedServer>;
