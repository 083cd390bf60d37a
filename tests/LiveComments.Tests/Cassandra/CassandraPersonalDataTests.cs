using System.Globalization;
using LiveComments.Cassandra.Cql;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.PersonalData;
using LiveComments.Reactions;
using LiveComments.Tests.Conformance;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Cassandra;

[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CassandraPersonalDataTests(CassandraServer server) : PersonalDataSpec
{
    [Fact]
    public async Task What_somebody_left_in_many_comments_is_found_and_erased_in_steps()
    {
        var id = await LiveAsync();
        var drafts = Enumerable.Range(0, 450).Select(i => Draft($"hidden-text {i}", key: $"key {i}")).ToList();
        foreach (var some in drafts.Chunk(150))
        {
            await Store.Log.AppendAsync(id, some, default);
            await Store.Reactions.ApplyAsync(id, [.. some.Select(draft => new ReactionDraft(draft.Id, Ann.Id, ReactionType.Haha))], default);
            await Store.Log.AppendAsync(id, [.. some.Select(draft => new RemovalDraft(draft.Id, Bob.Id, true))], default);
        }
        var (removed, given) = (new List<CommentId>(), new List<CommentId>());
        for (LogPlace? after = default(LogPlace); after is { } place;)
        {
            var search = await Logs.RemovedCommentsAsync(Ann.Id, place, default);
            removed.AddRange(search.Found.Select(found => found.Comment.Id));
            after = search.Next;
        }
        for (LogPlace? after = default(LogPlace); after is { } place;)
        {
            var search = await Logs.ReactionsAsync(Ann.Id, place, default);
            given.AddRange(search.Found.Select(found => found.Comment));
            after = search.Next;
        }
        Assert.Equal(drafts.Select(draft => draft.Id).ToHashSet(), removed.ToHashSet());
        Assert.Equal((450, 450), (removed.Count, given.Count));
        await Logs.DropReactionsAsync(Ann.Id, given, default);
        Assert.Equal(0, (await Store.Reactions.TotalAsync(id, default)).Count);
        Assert.Empty((await Logs.ReactionsAsync(Ann.Id, default, default)).Found);
        // Whoever stopped before the reports were erased is told of the comments again.
        for (var round = 0; round < 2; round++)
        {
            var erased = new List<CommentId>();
            for (LogPlace? after = default(LogPlace); after is { } place;)
            {
                var sweep = await Logs.SweepAsync(Ann.Id, place, default);
                erased.AddRange(sweep.Found);
                after = sweep.Next;
            }
            Assert.Equal(removed.ToHashSet(), erased.ToHashSet());
        }
        Assert.Empty((await Logs.RemovedCommentsAsync(Ann.Id, default, default)).Found);
    }

    [Fact]
    public async Task Somebody_who_is_taken_out_of_a_comment_leaves_others_that_it_mentions()
    {
        var id = await LiveAsync();
        Mention[] both = [new(Ann.Id, Ann.Username), new(Bob.Id, Bob.Username)];
        var comment = await PostAsync(id, Draft("hello both", Bob, mentions: both));
        // Two who are erased at once.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SweepAllAsync(i % 2 == 0 ? Ann.Id : Bob.Id)));
        Assert.Empty((await Store.Comments.FindAsync(id, comment.Id, default))!.Mentions);
        Assert.Empty(await Store.Comments.MentioningAsync(Bob.Id, null, 10, default));
    }

    [Fact]
    public async Task What_was_erased_is_in_no_file_of_a_node_that_was_flushed_and_compacted()
    {
        var text = "a-text-that-was-erased"u8.ToArray();
        var id = await LiveAsync();
        // The last of its bucket, so that no later append of the bucket takes the place of its own.
        await Store.Log.AppendAsync(id, [.. Enumerable.Range(0, 397).Select(i => Draft("x", Bob))], default);
        var comment = await PostAsync(id, Draft("a-text-that-was-erased"));
        await PostAsync(id, Draft("the next bucket begins", Bob));
        await PlaceAsync(id, new RemovalDraft(comment.Id, Ann.Id, AsModerator: false));
        Assert.True(server.HasOnDisk(text));
        await Data.BeginAsync(Ann.Id, Now, default);
        await SweepAllAsync(Ann.Id);
        await Data.FinishAsync(Ann.Id, default);
        // The commit log goes on with its next file when one is full.
        await ((CassandraStore)Store).AskAsync(async session =>
        {
            await session.RunAsync($"CREATE TABLE IF NOT EXISTS {server.People.Keyspace}.filler (id int PRIMARY KEY, data blob)", Consistency.Quorum, server.People.SchemaTimeout, default);
            var data = Convert.ToHexString(new byte[1 << 20]);
            for (var i = 0; i < 20; i++)
                await session.RunAsync(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO {server.People.Keyspace}.filler (id, data) VALUES ({i}, 0x{data})"), Consistency.One, server.People.Timeout, default);
            return true;
        });
        await server.OperateAsync("flush");
        await server.OperateAsync("compact", server.People.Keyspace);
        await server.OperateAsync("compact", "system", "paxos");
        await Http.EventuallyAsync(() => Task.FromResult(!server.HasOnDisk(text)), "the text is in no file");
        await ((CassandraStore)Store).AskAsync(session => session.RunAsync($"DROP TABLE {server.People.Keyspace}.filler", Consistency.Quorum, server.People.SchemaTimeout, default));
    }

    private protected override int Others => 300;

    private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time)
    {
        CassandraStore? store = null;
        store = new CassandraStore(server.People, time)
        {
            Dumped = async () => [.. (await store!.Catalog.ListAsync(new EventListing(null, null, null, true, null, 100), default)).Select(one => one.Id)],
        };
        await store.ForgetAsync(Ann.Id, Bob.Id);
        return store;
    }

    private protected override Task CopyEntriesAsync() => ((CassandraStore)Store).AskAsync(async session =>
    {
        const string copied = "event_id, epoch, bucket, time, comment_id, user_id, text, username, display_name";
        var keyspace = server.People.Keyspace;
        var ours = (await ((CassandraStore)Store).Dumped!()).ToHashSet();
        var rows = await session.RunAsync($"SELECT event_id, epoch, bucket, seq, comment_id, user_id, text, username, display_name, kind FROM {keyspace}.log_entries", Consistency.One, server.People.Timeout, default);
        foreach (var row in rows.Rows.Where(row => ours.Contains(new EventId(row.GetGuid(0))) && !row.IsNull(9) && (EntryKind)row.GetByte(9) == EntryKind.Comment))
        {
            var (log, seq) = (FormattableString.Invariant($"{row.GetGuid(0)}, {row.GetLong(1)}"), FormattableString.Invariant($"{row.GetLong(3) + 1_000}"));
            var bucket = FormattableString.Invariant($"{(row.GetLong(3) + 1_000) / server.People.BucketSize}");
            await session.RunAsync($"INSERT INTO {keyspace}.log_entries ({copied}, payload, kind, seq) VALUES ({log}, {bucket}, 0, {row.GetGuid(4)}, {row.GetGuid(5)}, '{row.GetString(6)}', '{row.GetString(7)}', '{row.GetString(8)}', '{row.GetString(6)}', 99, {seq})",
                Consistency.One, server.People.Timeout, default);
            await session.RunAsync($"INSERT INTO {keyspace}.entries_about (event_id, epoch, comment_id, seq) VALUES ({log}, {row.GetGuid(4)}, {seq})", Consistency.One, server.People.Timeout, default);
        }
        return true;
    });

    private protected override Task RunAsync(string sql) => ((CassandraStore)Store).Other.RunAsync(sql);

    private async Task SweepAllAsync(UserId user)
    {
        for (LogPlace? after = default(LogPlace); after is { } place;)
            after = (await Logs.SweepAsync(user, place, default)).Next;
    }
}
