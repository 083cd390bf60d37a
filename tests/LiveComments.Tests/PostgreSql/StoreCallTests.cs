using LiveComments.PostgreSql;
using Npgsql;

namespace LiveComments.Tests.PostgreSql;

public sealed class StoreCallTests
{
    [Fact]
    public async Task A_call_whose_time_is_over_begins_no_commit_whatever_its_timer_says()
    {
        using var call = new StoreCall(writes: true, limit: TimeSpan.Zero);
        await using var batch = new NpgsqlBatch();
        await Assert.ThrowsAsync<OperationCanceledException>(() => call.ExecuteAsync(batch));
        Assert.False(call.MayBeCommitted);
    }
}
