using LiveComments.Moderation;
using LiveComments.Tests.Conformance;
using Npgsql;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlModerationStoreTests(PostgreSqlServer server) : ModerationStoreSpec
{
    private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time) => await PostgreSqlStore.CreateAsync(server, time);

    [Theory]
    [InlineData("UPDATE moderation_audit SET action = 5")]
    [InlineData("DELETE FROM moderation_audit")]
    public async Task The_database_takes_no_change_of_the_audit_log(string change)
    {
        await Store.Moderation.DecideAsync([new ModeratorDecision(Guid.NewGuid(), null, Ann.Id, Now, DecisionAction.Warn, null, Bob.Id)], default);
        var failure = await Record.ExceptionAsync(() => ((PostgreSqlStore)Store).ExecuteAsync(change));
        Assert.Contains("only added to", failure is PostgresException refused ? refused.MessageText : failure?.Message, StringComparison.Ordinal);
        Assert.Single(await Store.Moderation.AuditAfterAsync(0, 10, default));
    }
}
