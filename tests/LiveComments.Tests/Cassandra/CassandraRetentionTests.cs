using LiveComments.Cassandra;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Cassandra;

[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CassandraRetentionTests(CassandraServer server) : RetentionSpec
{
    [Fact]
    public async Task A_restoration_that_was_decided_before_an_erasure_writes_nothing()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "a-text-that-somebody-restores-too-late");
        await RemoveAsync(id, comment.Id);
        await using var database = new CassandraDatabase(server.Retention, NullLogger.Instance, TimeProvider.System);
        var (head, placement) = await database.AskLogsAsync(async store =>
        {
            EntryDraft[] drafts = [new RestoreDraft(comment.Id, Bob.Id)];
            var end = (await store.LoadSettledAsync(id, null, creates: false, default))!;
            return (end, new LogPlacement(end, await LogFacts.ReadAsync(store, end, drafts, new byte[]?[1], end.Time, default), drafts, new byte[]?[1], end.Time));
        }, writes: false, default);
        Assert.Single(placement.Entries);
        await ForgetAllAsync();
        Assert.False(await database.AskLogsAsync(store => store.AppendAsync(head, placement.Head, placement.Entries, Guid.NewGuid(), default), writes: true, default));
        Assert.Equal(Error.CommentRemoved, Assert.IsType<AppendResult.Refused>(await PlaceAsync(id, new RestoreDraft(comment.Id, Bob.Id))).Error);
        Assert.Equal(-1, (await DumpAsync()).AsSpan().IndexOf("a-text-that-somebody-restores-too-late"u8));
    }

    [Fact]
    public async Task An_expiry_that_stopped_in_between_is_finished_by_the_next()
    {
        var id = await LiveAsync();
        await PostAsync(id, "x");
        await PlaceAsync(id, new StatusDraft(EventStatus.Ended));
        await using var database = new CassandraDatabase(server.Retention, NullLogger.Instance, TimeProvider.System);
        Assert.True(await database.AskLogsAsync(async store => await store.TryCloseAsync((await store.LoadAsync(id, null, creates: false, default))!, default), writes: true, default));
        Assert.Null(await Store.Log.ReadAsync(id, 0, 10, default));
        // Other steps come in between.
        await ForgetAllAsync();
        Assert.True(await Store.Retention.ExpireAsync(id, Now.AddDays(1), default));
        Assert.Empty((await Store.Log.ReadAsync(id, 0, 10, default))!.Entries);
        Assert.Equal(Error.EventNotLive, Refusal(await PlaceAsync(id, Draft("late"))));
        Assert.False(await Store.Retention.ExpireAsync(id, Now.AddDays(1), default));
        await ForgetAllAsync();
        await PlaceAsync(id, new StatusDraft(EventStatus.Live));
        Assert.Equal(2, (await PostAsync(id, "again")).Position.Seq);
    }

    private protected override IEventCatalog Catalog => Store.Catalog;

    private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time)
    {
        var store = new CassandraStore(server.Retention, time);
        await store.ForgetAsync(Ann.Id, Bob.Id);
        return store;
    }

    private protected override Task<byte[]> DumpAsync() => Store.DumpAsync();

    /// <summary>Erases all that was removed, and deletes what was deleted.</summary>
    private async Task ForgetAllAsync()
    {
        for (var step = 0; !await Store.Retention.ForgetAsync(Now.AddDays(1), Now.AddDays(1), default); step++)
            Assert.True(step < 1_000, "Forgetting does not come to an end.");
    }
}
