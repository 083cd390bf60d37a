using LiveComments.Cassandra;
using LiveComments.Cassandra.Cql;
using LiveComments.Followers;
using LiveComments.Tests.Conformance;

namespace LiveComments.Tests.Cassandra;

[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CassandraFollowerStoreTests(CassandraServer server) : FollowerStoreSpec
{
    [Fact]
    public async Task What_nobody_noted_is_found_within_the_hour()
    {
        var id = await LiveAsync();
        var position = new FollowerPosition((await Store.Log.HeadsAsync([id], default))[id].Position, 0);
        await Store.Followers.KeepAsync("me", id, position, default);
        Assert.Empty(await Store.Followers.BehindAsync("me", null, 10, default));
        await PostAsync(id, "its note is lost");
        await EmptyAsync("changed_logs");
        Now += ChangeNotes.Span * 2;
        Assert.Empty(await Store.Followers.BehindAsync("me", null, 10, default));
        Now += CassandraFollowerStore.LookEvery;
        Assert.Equal(position, Assert.Single(await Store.Followers.BehindAsync("me", null, 10, default)).Reached);
    }

    [Fact]
    public async Task What_was_written_while_nobody_followed_is_found_by_its_note()
    {
        var id = await LiveAsync();
        Assert.Single(await Store.Followers.BehindAsync("me", null, 10, default));
        await Store.Followers.KeepAsync("me", id, new FollowerPosition((await Store.Log.HeadsAsync([id], default))[id].Position, 0), default);
        Assert.Empty(await Store.Followers.BehindAsync("me", null, 10, default));
        Now += TimeSpan.FromMinutes(10);
        await PostAsync(id, "while another node follows");
        Now += TimeSpan.FromMinutes(20);
        Assert.Single(await Store.Followers.BehindAsync("me", null, 10, default));
        // Until it is read.
        Now += TimeSpan.FromMinutes(20);
        Assert.Single(await Store.Followers.BehindAsync("me", null, 10, default));
    }

    private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time)
    {
        var store = new CassandraStore(server.Followed, time);
        foreach (var table in (string[])["logs", "changed_logs"])
            await EmptyAsync(store, table);
        return store;
    }

    private Task EmptyAsync(string table) => EmptyAsync((CassandraStore)Store, table);

    private Task EmptyAsync(CassandraStore store, string table) =>
        store.AskAsync(session => session.RunAsync($"TRUNCATE {server.Followed.Keyspace}.{table}", Consistency.One, server.Followed.SchemaTimeout, default));
}
