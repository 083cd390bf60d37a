using LiveComments.Accounts;
using LiveComments.Cassandra;
using LiveComments.Cassandra.Cql;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Tests.Log;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Cassandra;

/// <summary>Logs on a real node: what the rules say, what several servers write at once, and what one leaves that stops in between.</summary>
[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CassandraEventLogTests(CassandraServer server) : IAsyncLifetime
{
    private static readonly Author Ann = Person("ann"), Bob = Person("bob");

    private readonly CassandraOptions _options = server.Logs;
    private readonly List<CassandraDatabase> _databases = [];
    private readonly EventId _id = EventId.New(TimeProvider.System);
    private IEventLog _log = null!;

    public async Task InitializeAsync()
    {
        _log = NewServer();
        await PlaceAsync(_log, new StatusDraft(EventStatus.Live));
    }

    public async Task DisposeAsync()
    {
        foreach (var database in _databases)
            await database.DisposeAsync();
    }

    [Fact]
    public void A_log_answers_any_sequence_of_drafts_as_the_rules_say() => LogRulesPropertyTests.Compare(_log, sequences: 15);

    [Fact]
    public async Task What_was_placed_is_read_across_buckets_from_either_end_by_any_server()
    {
        var placed = new List<Entry>();
        foreach (var count in (int[])[1, 8, 3, 7, 8, 8, 1, 1, 5, 8, 2, 8, 8])
            placed.AddRange((await _log.AppendAsync(_id, [.. Enumerable.Range(0, count).Select(number => Draft($"{count}-{number}", mentions: [new Mention(Bob.Id, "bob"), new Mention(Ann.Id, "ann")]))], default))
                .Select(result => Assert.IsType<AppendResult.Appended>(result).Entry));
        var end = placed[^1].Seq;
        Assert.Equal(69, end);
        foreach (var log in (IEventLog[])[_log, NewServer()])
        {
            var forward = new List<Entry>();
            while (await log.ReadAsync(_id, forward.LastOrDefault()?.Seq ?? 1, 5, default) is { Entries.Count: > 0 } page)
            {
                Assert.Equal(end, page.Head.Seq);
                forward.AddRange(page.Entries);
            }
            Assert.Equal(placed.Select(Shape), forward.Select(Shape));
            var back = new List<Entry>();
            while (await log.ReadLatestAsync(_id, back.Count == 0 ? long.MaxValue : back[0].Seq, 7, default) is { Entries.Count: > 0 } page)
                back.InsertRange(0, page.Entries);
            Assert.Equal(placed.Select(Shape), back.Skip(1).Select(Shape));
            Assert.Equal(new LogHead(new Position(((CommentEntry)placed[0]).Comment.Position.Epoch, end), EventStatus.Live, placed[^1].Time, null), (await log.HeadsAsync([_id], default))[_id]);
            Assert.Equal(end + 1, Seq(await PlaceAsync(log, Draft("next"))));
            placed.Add((await log.ReadAsync(_id, end++, 1, default))!.Entries[0]);
        }
    }

    [Fact]
    public async Task Servers_that_write_at_once_lose_nothing_place_nothing_twice_and_leave_no_gap()
    {
        IEventLog[] servers = [_log, NewServer(), NewServer()];
        var results = await Task.WhenAll(Enumerable.Range(0, 90).Select(async number =>
        {
            // Each key is used three times, by different servers.
            var key = number / 3;
            return (Key: key, Result: await PlaceAsync(servers[number % 3], Draft($"{key}", key: $"key-{key}")));
        }));
        foreach (var tries in results.GroupBy(result => result.Key))
        {
            var placed = Assert.Single(tries.Select(result => result.Result).OfType<AppendResult.Appended>()).Entry;
            Assert.All(tries.Select(result => result.Result).OfType<AppendResult.Repeated>(), repeated => Assert.Equal(placed.Seq, repeated.Position.Seq));
            Assert.Equal(3, tries.Count(result => result.Result is AppendResult.Appended or AppendResult.Repeated));
        }
        var entries = (await NewServer().ReadAsync(_id, 0, 1_000, default))!.Entries;
        Assert.Equal(Enumerable.Range(1, 31).Select(seq => (long)seq), entries.Select(entry => entry.Seq));
        Assert.Equal(Enumerable.Range(0, 30).Select(key => $"{key}").Order(), entries.OfType<CommentEntry>().Select(entry => entry.Comment.Text).Order());
    }

    [Fact]
    public async Task A_server_whose_knowledge_is_old_writes_over_nothing_and_refuses_nothing_by_it()
    {
        var other = NewServer();
        await PlaceAsync(other, new StatusDraft(EventStatus.Ended));
        Assert.Equal(Error.EventNotLive, Assert.IsType<AppendResult.Refused>(await PlaceAsync(_log, Draft("late"))).Error);
        await PlaceAsync(other, new StatusDraft(EventStatus.Live));
        Assert.Equal(4, Seq(await PlaceAsync(_log, Draft("again"))));
        Assert.Equal(5, Seq(await PlaceAsync(other, Draft("other"))));
    }

    [Fact]
    public async Task What_a_server_left_that_stopped_after_its_write_is_finished_before_the_next_is_decided()
    {
        var root = Placed(await PlaceAsync(_log, Draft("root")));
        var removed = Placed(await PlaceAsync(_log, Draft("removed")));
        var (reply, keyed) = (Draft("reply", replyTo: root.Id), Draft("keyed", key: "k"));
        await StopAfterWritingAsync(reply, keyed, new RemovalDraft(removed.Id, Bob.Id, AsModerator: true));

        var next = NewServer();
        Assert.Equal(5, Assert.IsType<AppendResult.Repeated>(await PlaceAsync(next, keyed with { Id = CommentId.New(TimeProvider.System) })).Position.Seq);
        Assert.Equal(4, Assert.IsType<AppendResult.Repeated>(await PlaceAsync(next, reply)).Position.Seq);
        Assert.Equal(6, Assert.IsType<AppendResult.Repeated>(await PlaceAsync(next, new RemovalDraft(removed.Id, Bob.Id, AsModerator: true))).Position.Seq);
        Assert.Equal(Error.ParentRemoved, Assert.IsType<AppendResult.Refused>(await PlaceAsync(next, Draft("x", replyTo: removed.Id))).Error);
        Assert.Equal(root.Id, Placed(await PlaceAsync(next, Draft("deeper", replyTo: reply.Id))).ReplyTo);
        var entries = (await next.ReadAsync(_id, 0, 100, default))!.Entries;
        Assert.Equal(2, Assert.IsType<CommentEntry>(entries[1]).Comment.ReplyCount);
        Assert.Equal(removed.Id, Assert.IsType<RemovedEntry>(entries[2]).CommentId);
        Assert.Equal(7, entries.Count);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_known_again_by_its_writer_and_by_no_other()
    {
        await using var session = await server.OpenAsync();
        var store = new LogStore(session, new LogTables(_options.Keyspace), _options.BucketSize, _options.KeysFor, new ChangeNotes(TimeProvider.System));
        var head = (await store.LoadAsync(_id, null, creates: false, default))!;
        var (mine, yours) = (Place(head, Draft("mine")), Place(head, Draft("yours")));
        var writer = Guid.NewGuid();
        Assert.True(await store.AppendAsync(head, mine.Head, mine.Entries, writer, default));
        Assert.True(await store.AppendAsync(head, mine.Head, mine.Entries, writer, default));
        Assert.False(await store.AppendAsync(head, yours.Head, yours.Entries, Guid.NewGuid(), default));
        // Still so when others have written since.
        var later = Place(mine.Head with { Bucket = 0 }, Draft("later"));
        Assert.True(await store.AppendAsync(mine.Head with { Bucket = 0 }, later.Head, later.Entries, Guid.NewGuid(), default));
        Assert.True(await store.AppendAsync(head, mine.Head, mine.Entries, writer, default));
        Assert.Equal(["mine", "later"], (await _log.ReadAsync(_id, 0, 10, default))!.Entries.OfType<CommentEntry>().Select(entry => entry.Comment.Text));
    }

    [Fact]
    public async Task A_deleted_log_is_gone_at_once_and_takes_nothing_from_a_server_that_still_knows_it()
    {
        // The end of a bucket: a server that knows it would begin the next.
        var epoch = (await _log.HeadsAsync([_id], default))[_id].Position.Epoch;
        foreach (var count in (int[])[1, 6])
            await _log.AppendAsync(_id, [.. Enumerable.Range(0, count).Select(number => Draft($"{number}", key: $"key-{number}"))], default);
        var other = NewServer();
        var done = await other.DeleteAsync(_id, default);
        Assert.Null(await _log.ReadAsync(_id, 0, 10, default));
        Assert.Empty(await _log.HeadsAsync([_id], default));
        for (var step = 0; !done; step++)
        {
            Assert.True(step < 20, "Deleting does not come to an end.");
            done = await other.DeleteAsync(_id, default);
        }
        Assert.Equal(Error.EventNotFound, Assert.IsType<AppendResult.Refused>(await PlaceAsync(_log, Draft("late"))).Error);
        Assert.Equal(1, Seq(await PlaceAsync(_log, new StatusDraft(EventStatus.Live))));
        var again = Placed(await PlaceAsync(_log, Draft("new", key: "key-0"))).Position;
        Assert.Equal(2, again.Seq);
        Assert.NotEqual(epoch, again.Epoch);
        await using var session = await server.OpenAsync();
        foreach (var table in (string[])["comments", "idempotency", "states", "others", "replies", "comments_by_author", "comments_by_mention", "first_comments"])
            Assert.Equal(0, (await session.RunAsync($"SELECT count(*) FROM {_options.Keyspace}.{table} WHERE epoch = {epoch} ALLOW FILTERING", Consistency.One, TimeSpan.FromMinutes(1), default))[0].GetLong(0));
    }

    [Fact]
    public async Task Appends_that_are_under_way_together_are_placed_in_the_order_of_their_calls()
    {
        var calls = Enumerable.Range(0, 60).Select(call => _log.AppendAsync(_id, [.. Enumerable.Range(0, 1 + (call % 3)).Select(number => Draft($"{call}-{number}"))], default).AsTask()).ToList();
        Assert.Equal(Enumerable.Range(2, 120).Select(seq => (long)seq), (await Task.WhenAll(calls)).SelectMany(results => results.Select(Seq)));
    }

    [Fact]
    public async Task Nothing_is_answered_as_placed_while_nobody_answers()
    {
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await NewServer("127.0.0.1:1").AppendAsync(_id, [Draft("nobody")], default));
        Assert.False(refused.OutcomeUnknown);
    }

    private static Author Person(string name) => new(UserId.New(TimeProvider.System), name, $"The {name}", null, Role.Viewer);

    private static CommentDraft Draft(string text, CommentId? replyTo = null, string? key = null, IReadOnlyList<Mention>? mentions = null) =>
        new(CommentId.New(TimeProvider.System), Ann, text, replyTo, mentions ?? [], new ClientProgram("web", null), key is null ? null : new IdempotencyKey(key, 7));

    private static Comment Placed(AppendResult result) => Assert.IsType<CommentEntry>(Assert.IsType<AppendResult.Appended>(result).Entry).Comment;

    private static long Seq(AppendResult result) => Assert.IsType<AppendResult.Appended>(result).Entry.Seq;

    private static object Shape(Entry entry) => entry is CommentEntry { Comment: var comment } placed
        ? (entry.Seq, entry.Time, comment.Id, comment.Text, comment.Author, comment.Position, placed.Client, string.Join(',', comment.Mentions)) : entry;

    private static LogPlacement Place(LogHeadRow head, params CommentDraft[] drafts) => new(head, LogFacts.None, drafts, new byte[]?[drafts.Length], DateTimeOffset.UnixEpoch);

    private async Task<AppendResult> PlaceAsync(IEventLog log, EntryDraft draft) => Assert.Single(await log.AppendAsync(_id, [draft], default));

    /// <summary>A log as another server has it.</summary>
    private CassandraEventLog NewServer(string? contactPoints = null)
    {
        var options = contactPoints is null ? _options : new CassandraOptions { ContactPoints = contactPoints, Keyspace = _options.Keyspace };
        var database = new CassandraDatabase(options, NullLogger.Instance, TimeProvider.System);
        _databases.Add(database);
        return new CassandraEventLog(database, TimeProvider.System);
    }

    /// <summary>Writes as a server does, and nothing of what follows.</summary>
    private async Task StopAfterWritingAsync(params EntryDraft[] drafts)
    {
        await using var session = await server.OpenAsync();
        var store = new LogStore(session, new LogTables(_options.Keyspace), _options.BucketSize, _options.KeysFor, new ChangeNotes(TimeProvider.System));
        var head = (await store.LoadAsync(_id, null, creates: false, default))!;
        var keys = drafts.Select(draft => draft is CommentDraft { Key: { } key } comment ? key.ToStored(_id, comment.Author.Id) : null).ToArray();
        var placement = new LogPlacement(head, await LogFacts.ReadAsync(store, head, drafts, keys, head.Time, default), drafts, keys, head.Time);
        Assert.True(await store.AppendAsync(head with { Settled = head.Seq }, placement.Head, placement.Entries, Guid.NewGuid(), default));
    }
}
