using LiveComments.Accounts;
using LiveComments.Cassandra;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Cassandra;

/// <summary>A node that is frozen and killed while two servers write to one event, each of which believes that it is the only one.</summary>
[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CassandraFaultTests(CassandraServer server)
{
    private const int Posters = 6, Reactors = 4;

    private static readonly Author Ann = new(UserId.New(TimeProvider.System), "ann", "Ann", null, Role.Viewer);

    private readonly EventId _id = EventId.New(TimeProvider.System);
    private readonly Lock _gate = new();
    private readonly List<(int Poster, int Number, long Seq)> _acknowledged = [];
    private readonly ReactionType?[] _given = new ReactionType?[Reactors];
    private readonly UserId[] _reactors = [.. Enumerable.Range(0, Reactors).Select(_ => UserId.New(TimeProvider.System))];
    private CommentId _first;
    private int _failures, _reacted;
    private volatile bool _isOver;

    [Fact]
    public async Task A_node_that_is_frozen_and_killed_loses_doubles_and_misorders_nothing()
    {
        var options = server.Logs;
        // As servers have it: what does not answer is given up, also when it is done all the same.
        var impatient = new CassandraOptions
        {
            ContactPoints = options.ContactPoints,
            Keyspace = options.Keyspace,
            BucketSize = options.BucketSize,
            AppendTogether = options.AppendTogether,
            Timeout = TimeSpan.FromSeconds(2),
        };
        await using (var patient = new CassandraDatabase(options, NullLogger.Instance, TimeProvider.System))
        {
            _first = CommentId.New(TimeProvider.System);
            await new CassandraEventLog(patient, TimeProvider.System).AppendAsync(_id, [new StatusDraft(EventStatus.Live), new CommentDraft(_first, Ann, "first", null, [], null, null)], default);
        }
        await using CassandraDatabase first = new(impatient, NullLogger.Instance, TimeProvider.System), second = new(impatient, NullLogger.Instance, TimeProvider.System);
        CassandraEventLog[] servers = [new(first, TimeProvider.System), new(second, TimeProvider.System)];
        CassandraReactionStore[] stores = [new(first, TimeProvider.System), new(second, TimeProvider.System)];
        var posting = Task.WhenAll(Enumerable.Range(0, Posters).Select(poster => PostAsync(servers[poster % servers.Length], poster))
            .Concat(Enumerable.Range(0, Reactors).Select(reactor => ReactAsync(stores[reactor % stores.Length], reactor))));

        await MoreAsync();
        await server.FreezeAsync();
        await FailAsync();
        await server.ThawAsync();
        await MoreAsync();
        await server.KillAsync();
        await FailAsync();
        await server.StartAsync();
        await MoreAsync();
        _isOver = true;
        await posting;

        await using var database = new CassandraDatabase(options, NullLogger.Instance, TimeProvider.System);
        var entries = (await new CassandraEventLog(database, TimeProvider.System).ReadAsync(_id, 0, 1_000_000, default))!.Entries;
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(seq => (long)seq), entries.Select(entry => entry.Seq));
        var stored = entries.OfType<CommentEntry>().Where(entry => entry.Comment.Id != _first).ToDictionary(entry => entry.Comment.Text, entry => entry.Seq);
        // Every text is there once, where its author was told that it is, and nothing is there that was not acknowledged in the end.
        Assert.Equal(_acknowledged.ToDictionary(comment => $"{comment.Poster}-{comment.Number}", comment => comment.Seq).OrderBy(comment => comment.Value), stored.OrderBy(comment => comment.Value));
        Assert.All(_acknowledged.GroupBy(comment => comment.Poster), own => Assert.Equal(own.OrderBy(comment => comment.Number).Select(comment => comment.Seq), own.Select(comment => comment.Seq).Order()));

        // Each person's last word counts once.
        var reactions = new CassandraReactionStore(database, TimeProvider.System);
        var tally = Assert.Single(await reactions.ChangedAsync(_id, 0, 10, default)).Tally;
        Assert.Equal(_given.OfType<ReactionType>().Aggregate(default(ReactionCounts), (counts, type) => counts.Add(type, 1)), tally.Counts);
        Assert.Equal(new ReactionTotal(tally.Version, tally.Counts.Total), await reactions.TotalAsync(_id, default));
        for (var reactor = 0; reactor < Reactors; reactor++)
            Assert.Equal(_given[reactor], (await reactions.GivenByAsync(_id, _reactors[reactor], [_first], default)).TryGetValue(_first, out var given) ? (ReactionType?)given : null);
    }

    /// <summary>Gives one reaction after the other, each until it is told that it is counted.</summary>
    private async Task ReactAsync(IReactionStore store, int reactor)
    {
        for (var number = 0; !_isOver; number++)
        {
            var type = number % 4 == 3 ? (ReactionType?)null : (ReactionType)((number % 4) + 1);
            for (var applied = false; !applied;)
                try
                {
                    var result = Assert.Single(await store.ApplyAsync(_id, [new ReactionDraft(_first, _reactors[reactor], type)], default));
                    Assert.Null(result.Error);
                    _given[reactor] = type;
                    Interlocked.Increment(ref _reacted);
                    applied = true;
                }
                catch (StoreUnavailableException)
                {
                    Interlocked.Increment(ref _failures);
                    await Task.Delay(20);
                }
            await Task.Delay(5);
        }
    }

    /// <summary>Writes one comment after the other, each with its key until it is told where it is.</summary>
    private async Task PostAsync(IEventLog log, int poster)
    {
        for (var number = 0; !_isOver; number++)
        {
            for (var placed = false; !placed;)
                try
                {
                    var draft = new CommentDraft(CommentId.New(TimeProvider.System), Ann, $"{poster}-{number}", null, [], null, new IdempotencyKey($"{poster}-{number}", 1));
                    var seq = Assert.Single(await log.AppendAsync(_id, [draft], default)) switch
                    {
                        AppendResult.Appended appended => appended.Entry.Seq,
                        AppendResult.Repeated repeated => repeated.Position.Seq,
                        var other => throw new InvalidOperationException($"The log answers {other}."),
                    };
                    lock (_gate)
                        _acknowledged.Add((poster, number, seq));
                    placed = true;
                }
                catch (StoreUnavailableException)
                {
                    Interlocked.Increment(ref _failures);
                    await Task.Delay(20);
                }
            await Task.Delay(5);
        }
    }

    /// <summary>Returns when everybody has had something placed.</summary>
    private Task MoreAsync()
    {
        int Count()
        {
            lock (_gate)
                return _acknowledged.Count;
        }

        var before = Count();
        var reacted = Volatile.Read(ref _reacted);
        return Http.EventuallyAsync(() => Task.FromResult(Count() >= before + (5 * Posters) && Volatile.Read(ref _reacted) >= reacted + (5 * Reactors)), "comments are placed and reactions counted");
    }

    /// <summary>Returns when everybody has been told that it does not go on.</summary>
    private Task FailAsync()
    {
        var before = Volatile.Read(ref _failures);
        return Http.EventuallyAsync(() => Task.FromResult(Volatile.Read(ref _failures) >= before + Posters + Reactors), "writes fail");
    }
}
