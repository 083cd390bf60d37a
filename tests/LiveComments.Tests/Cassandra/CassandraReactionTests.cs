using LiveComments.Accounts;
using LiveComments.Cassandra;
using LiveComments.Cassandra.Cql;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Cassandra;

/// <summary>Reactions on a real node: what several servers write at once, and what one leaves that stops in between.</summary>
[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CassandraReactionTests(CassandraServer server) : IAsyncLifetime
{
    private static readonly Author Ann = new(UserId.New(TimeProvider.System), "ann", "Ann", null, Role.Viewer);

    private readonly CassandraOptions _options = server.Logs;
    private readonly List<CassandraDatabase> _databases = [];
    private readonly EventId _id = EventId.New(TimeProvider.System);
    private readonly List<Comment> _comments = [];

    public async Task InitializeAsync()
    {
        var results = await new CassandraEventLog(NewDatabase(), TimeProvider.System).AppendAsync(_id, [new StatusDraft(EventStatus.Live), .. Enumerable.Range(0, 3).Select(number =>
            new CommentDraft(CommentId.New(TimeProvider.System), Ann, $"{number}", null, [], null, null))], default);
        _comments.AddRange(results.Skip(1).Select(result => Assert.IsType<CommentEntry>(Assert.IsType<AppendResult.Appended>(result).Entry).Comment));
    }

    public async Task DisposeAsync()
    {
        foreach (var database in _databases)
            await database.DisposeAsync();
    }

    [Fact]
    public async Task Servers_that_write_at_once_count_everybody_once_and_number_all_changes_without_a_gap()
    {
        CassandraReactionStore[] servers = [NewStore(), NewStore(), NewStore()];
        var (own, shared) = (People(3 * 15), People(10));
        // Each server has people of its own, one after another, and all have some in common.
        await Task.WhenAll(servers.Select(async (store, number) =>
        {
            for (var i = 0; i < 15; i++)
            {
                await store.ApplyAsync(_id, Likes(own[(15 * number) + i]), default);
                if (i < shared.Count)
                    await store.ApplyAsync(_id, Likes(shared[i]), default);
            }
        }));
        var people = own.Count + shared.Count;
        var changed = await servers[0].ChangedAsync(_id, 0, 100, default);
        Assert.Equal(_comments.Select(comment => comment.Id.Value).Order(), changed.Select(change => change.CommentId.Value).Order());
        Assert.All(changed, change => Assert.Equal(new ReactionCounts { Likes = people }, change.Tally.Counts));
        Assert.Equal(3 * people, (await servers[1].TotalAsync(_id, default)).Count);
        await AskAsync(async (rows, epoch) =>
        {
            var head = await rows.ReadHeadAsync(_id, epoch, default);
            var changes = new List<PastChange>();
            await foreach (var change in rows.ChangesAsync(head, 0, default))
                changes.Add(change);
            Assert.Equal(Enumerable.Range(1, (int)head.Version).Select(version => (long)version), changes.Select(change => change.Version));
            Assert.Equal(3 * people, changes[^1].Changes);
            // People only like here, so a count that falls was made from old facts.
            foreach (var comment in changes.GroupBy(change => change.Seq))
                Assert.Equal(comment.Select(change => change.Counts.Likes).Order(), comment.Select(change => change.Counts.Likes));
        });
    }

    [Fact]
    public async Task What_a_server_left_that_stopped_after_its_write_is_seen_at_once_and_finished_before_the_next_is_decided()
    {
        var store = NewStore();
        await store.ApplyAsync(_id, [new(_comments[0].Id, Ann.Id, ReactionType.Like)], default);
        await AskAsync(async (rows, epoch) => Assert.True(await rows.MoveAsync(await rows.LoadAsync(_id, epoch, default), await NextAsync(rows, epoch), default)));
        var changed = Assert.Single(await NewStore().ChangedAsync(_id, 0, 10, default));
        Assert.Equal((2, new ReactionCounts { Sads = 1 }), (changed.Tally.Version, changed.Tally.Counts));
        Assert.Equal(new ReactionTotal(2, 1), await store.TotalAsync(_id, default));
        // The server that wrote before believes that its own write is the last.
        Assert.Equal(new ReactionTally(2, new ReactionCounts { Sads = 1 }), Assert.Single(await store.ApplyAsync(_id, [new(_comments[0].Id, Ann.Id, ReactionType.Sad)], default)).Tally);
        Assert.Equal(new ReactionCounts { Sads = 1, Wows = 1 }, Assert.Single(await store.ApplyAsync(_id, [new(_comments[0].Id, UserId.New(TimeProvider.System), ReactionType.Wow)], default)).Tally.Counts);
        Assert.Equal(ReactionType.Sad, (await store.GivenByAsync(_id, Ann.Id, [_comments[0].Id], default))[_comments[0].Id]);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_known_again_by_its_writer_and_by_no_other()
    {
        var store = NewStore();
        await store.ApplyAsync(_id, [new(_comments[0].Id, Ann.Id, ReactionType.Like)], default);
        await AskAsync(async (rows, epoch) =>
        {
            var head = await rows.LoadAsync(_id, epoch, default);
            var (mine, yours) = (await NextAsync(rows, epoch), await NextAsync(rows, epoch));
            Assert.True(await rows.MoveAsync(head, mine, default));
            Assert.True(await rows.MoveAsync(head, mine, default));
            Assert.False(await rows.MoveAsync(head, yours, default));
            // Still so when others have written since.
            await store.ApplyAsync(_id, [new(_comments[1].Id, Ann.Id, ReactionType.Like)], default);
            Assert.True(await rows.MoveAsync(head, mine, default));
            Assert.False(await rows.MoveAsync(head, yours, default));
        });
        Assert.Equal(new ReactionTotal(3, 2), await store.TotalAsync(_id, default));
    }

    [Fact]
    public async Task What_is_written_again_later_changes_nothing()
    {
        var store = NewStore();
        await AskAsync(async (rows, epoch) =>
        {
            var heads = new List<ReactionHead>();
            foreach (var type in (ReactionType?[])[ReactionType.Like, null, ReactionType.Love, ReactionType.Love, ReactionType.Haha, null, ReactionType.Wow])
            {
                await store.ApplyAsync(_id, [new(_comments[0].Id, Ann.Id, type)], default);
                heads.Add(await rows.ReadHeadAsync(_id, epoch, default));
            }
            foreach (var head in heads.AsEnumerable().Reverse())
                await rows.SettleAsync(head, default);
        });
        Assert.Equal(ReactionType.Wow, (await store.GivenByAsync(_id, Ann.Id, [_comments[0].Id], default))[_comments[0].Id]);
        var queries = new CassandraCommentQueries(NewDatabase());
        Assert.Equal(new ReactionTally(6, new ReactionCounts { Wows = 1 }), (await queries.FindAsync(_id, _comments[0].Id, default))!.Reactions);
        Assert.Equal(_comments[0].Id, (await queries.PopularAsync(_id, 1, default))[0].Id);
    }

    [Fact]
    public async Task A_deleted_log_takes_no_reactions_from_a_server_that_still_knows_it_and_leaves_no_row()
    {
        var store = NewStore();
        await store.ApplyAsync(_id, [.. _comments.Select(comment => new ReactionDraft(comment.Id, Ann.Id, ReactionType.Like))], default);
        var epoch = _comments[0].Position.Epoch;
        var log = new CassandraEventLog(NewDatabase(), TimeProvider.System);
        ReactionHead? head = null, next = null;
        await AskAsync(async (rows, _) => (head, next) = (await rows.LoadAsync(_id, epoch, default), await NextAsync(rows, epoch)));
        for (var step = 0; !await log.DeleteAsync(_id, default); step++)
            Assert.True(step < 20, "Deleting does not come to an end.");
        Assert.Equal(Error.CommentNotFound, Assert.Single(await store.ApplyAsync(_id, [new(_comments[0].Id, Ann.Id, ReactionType.Love)], default)).Error);
        Assert.Empty(await store.ChangedAsync(_id, 0, 10, default));
        // Nor from one that had decided before.
        await AskAsync(async (rows, _) => Assert.False(await rows.MoveAsync(head!, next!, default)));
        await using var session = await server.OpenAsync();
        foreach (var table in (string[])["states", "reactions", "reaction_changes", "popular"])
            Assert.Equal(0, (await session.RunAsync($"SELECT count(*) FROM {_options.Keyspace}.{table} WHERE epoch = {epoch} ALLOW FILTERING", Consistency.One, TimeSpan.FromMinutes(1), default))[0].GetLong(0));
    }

    private static List<UserId> People(int count) => [.. Enumerable.Range(0, count).Select(_ => UserId.New(TimeProvider.System))];

    private List<ReactionDraft> Likes(UserId person) => [.. _comments.Select(comment => new ReactionDraft(comment.Id, person, ReactionType.Like))];

    /// <summary>Somebody takes a first like back and gives another reaction: as a server writes it that knows the last write.</summary>
    private async Task<ReactionHead> NextAsync(ReactionRows rows, long epoch)
    {
        var head = await rows.ReadHeadAsync(_id, epoch, default);
        return head with
        {
            Version = head.Version + 1,
            Changes = head.Changes + 1,
            Last = [new CountedComment(_comments[0].Id, _comments[0].Position.Seq, new ReactionTally(head.Version + 1, new ReactionCounts { Sads = 1 }), 1, 1, [new(Ann.Id, ReactionType.Sad)])],
            Writer = Guid.NewGuid(),
        };
    }

    private Task AskAsync(Func<ReactionRows, long, Task> ask) => NewDatabase().AskReactionsAsync(async rows =>
    {
        await ask(rows, _comments[0].Position.Epoch);
        return true;
    }, writes: true, default);

    private CassandraReactionStore NewStore() => new(NewDatabase(), TimeProvider.System);

    private CassandraDatabase NewDatabase()
    {
        _databases.Add(new CassandraDatabase(_options, NullLogger.Instance, TimeProvider.System));
        return _databases[^1];
    }
}
