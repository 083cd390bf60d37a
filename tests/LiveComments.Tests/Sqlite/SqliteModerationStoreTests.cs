using LiveComments.Moderation;
using LiveComments.Sqlite;
using LiveComments.Tests.Conformance;
using Microsoft.Data.Sqlite;

namespace LiveComments.Tests.Sqlite;

public class SqliteModerationStoreTests : ModerationStoreSpec
{
    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new SqliteStore(time));

    [Theory]
    [InlineData("UPDATE moderation_audit SET by_user = x'00'")]
    [InlineData("DELETE FROM moderation_audit")]
    public async Task The_database_takes_no_change_of_the_audit_log(string change)
    {
        var decision = new ModeratorDecision(Guid.NewGuid(), null, Ann.Id, Now, DecisionAction.Warn, null, Bob.Id, Reason: "be kind");
        await Store.Moderation.DecideAsync([decision], default);
        await Assert.ThrowsAsync<SqliteException>(() => ((SqliteStore)Store).Database.WriteAsync(connection => connection.Execute(change), default));
        Assert.Equal(decision, Assert.Single(await Store.Moderation.AuditAfterAsync(0, 10, default)).Decision);
    }

    [Fact]
    public async Task An_erased_reason_leaves_the_chain_whole()
    {
        await Store.Moderation.DecideAsync([new ModeratorDecision(Guid.NewGuid(), null, Ann.Id, Now, DecisionAction.Warn, null, Bob.Id, Reason: "be kind")], default);
        await ((SqliteStore)Store).Database.WriteAsync(connection => connection.Execute("DELETE FROM moderation_reasons"), default);
        var line = Assert.Single(await Store.Moderation.AuditAfterAsync(0, 10, default));
        Assert.Null(line.Decision.Reason);
        Assert.Null(AuditChain.FaultOf(0, AuditChain.Start, line));
    }
}
