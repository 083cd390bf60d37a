using LiveComments.Accounts;
using LiveComments.Cassandra;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Cassandra;

/// <summary>A node that is frozen and killed while two servers append to one event, each of which believes that it is the only one.</summary>
[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CassandraFaultTests(CassandraServer server)
{
    private const int Posters = 6;

    private static readonly Author Ann = new(UserId.New(TimeProvider.System), "ann", "Ann", null, Role.Viewer);

    private readonly EventId _id = EventId.New(TimeProvider.System);
    private readonly Lock _gate = new();
    private readonly List<(int Poster, int Number, long Seq)> _acknowledged = [];
    private int _failures;
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
        await using (var patient = new CassandraDatabase(options, NullLogger.Instance))
            await new CassandraEventLog(patient, TimeProvider.System).AppendAsync(_id, [new StatusDraft(EventStatus.Live)], default);
        await using CassandraDatabase first = new(impatient, NullLogger.Instance), second = new(impatient, NullLogger.Instance);
        CassandraEventLog[] servers = [new(first, TimeProvider.System), new(second, TimeProvider.System)];
        var posting = Task.WhenAll(Enumerable.Range(0, Posters).Select(poster => PostAsync(servers[poster % servers.Length], poster)));

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

        await using var database = new CassandraDatabase(options, NullLogger.Instance);
        var entries = (await new CassandraEventLog(database, TimeProvider.System).ReadAsync(_id, 0, 1_000_000, default))!.Entries;
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(seq => (long)seq), entries.Select(entry => entry.Seq));
        var stored = entries.OfType<CommentEntry>().ToDictionary(entry => entry.Comment.Text, entry => entry.Seq);
        // Every text is there once, where its author was told that it is, and nothing is there that was not acknowledged in the end.
        Assert.Equal(_acknowledged.ToDictionary(comment => $"{comment.Poster}-{comment.Number}", comment => comment.Seq).OrderBy(comment => comment.Value), stored.OrderBy(comment => comment.Value));
        Assert.All(_acknowledged.GroupBy(comment => comment.Poster), own => Assert.Equal(own.OrderBy(comment => comment.Number).Select(comment => comment.Seq), own.Select(comment => comment.Seq).Order()));
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
        return Http.EventuallyAsync(() => Task.FromResult(Count() >= before + (5 * Posters)), "comments are placed");
    }

    /// <summary>Returns when everybody has been told that it does not go on.</summary>
    private Task FailAsync()
    {
        var before = Volatile.Read(ref _failures);
        return Http.EventuallyAsync(() => Task.FromResult(Volatile.Read(ref _failures) >= before + Posters), "appends fail");
    }
}
