using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlPersonalDataTests(PostgreSqlServer server) : PersonalDataSpec
{
    private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time) => await PostgreSqlStore.CreateAsync(server, time);

    private protected override Task CopyEntriesAsync() => RunAsync("""
        INSERT INTO entries (log, seq, kind, time, comment_id, user_id, text, username, display_name, payload)
        SELECT log, seq + 1000, 99, time, comment_id, user_id, text, username, display_name, text FROM entries WHERE kind = 1
        """);

    private protected override Task RunAsync(string sql) => ((PostgreSqlStore)Store).ExecuteAsync(sql);
}
