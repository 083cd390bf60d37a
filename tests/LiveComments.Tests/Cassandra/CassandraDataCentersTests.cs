using LiveComments.Accounts;
using LiveComments.Cassandra;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Cassandra;

/// <summary>Two data centres with a node each: the home of an event, whose servers write, and another, which receives what is written. Each is frozen in turn, which cuts it off from the other.</summary>
[RequiresCassandra]
public sealed class CassandraDataCentersTests : IAsyncLifetime
{
    private static readonly Author Ann = new(UserId.New(TimeProvider.System), "ann", "Ann", null, Role.Viewer);

    private readonly CassandraRing _ring = new("dc1:1,dc2:1", "dc1", "dc2");
    private readonly EventId _id = EventId.New(TimeProvider.System);

    public Task InitializeAsync() => _ring.StartAsync();

    public async Task DisposeAsync() => await _ring.DisposeAsync();

    [Fact]
    public async Task Each_data_centre_goes_on_without_the_other_and_the_other_receives_what_it_missed()
    {
        // The first call has the tables created.
        await using (var first = Open("dc1", TimeSpan.FromMinutes(5)))
            await new CassandraEventLog(first, TimeProvider.System).HeadsAsync([_id], default);
        await using var home = Open("dc1");
        await using var away = Open("dc2");
        var (writing, reading) = (new CassandraEventLog(home, TimeProvider.System), new CassandraEventLog(away, TimeProvider.System));
        await writing.AppendAsync(_id, [new StatusDraft(EventStatus.Live), Comment("first")], default);
        await HasAsync(reading, "first");

        await _ring.Nodes[1].FreezeAsync();
        for (var i = 0; i < 20; i++)
            await writing.AppendAsync(_id, [Comment($"{i}")], default);
        await _ring.Nodes[1].ThawAsync();
        // The home kept for it what it missed.
        await HasAsync(reading, ["first", .. Enumerable.Range(0, 20).Select(i => $"{i}")]);

        await _ring.Nodes[0].FreezeAsync();
        await HasAsync(reading, ["first", .. Enumerable.Range(0, 20).Select(i => $"{i}")]);
        // Nobody writes elsewhere while the home may come back.
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await writing.AppendAsync(_id, [Comment("lost")], default));
        await _ring.Nodes[0].ThawAsync();
        await Http.EventuallyAsync(async () =>
        {
            try
            {
                await writing.AppendAsync(_id, [Comment("again")], default);
                return true;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        }, "the home takes comments again");
        await HasAsync(reading, [.. await TextsAsync(writing)]);
    }

    private static CommentDraft Comment(string text) => new(CommentId.New(TimeProvider.System), Ann, text, null, [], null, null);

    private async Task<IReadOnlyList<string>> TextsAsync(CassandraEventLog log) => [.. ((await log.ReadAsync(_id, 0, 1_000, default))?.Entries ?? []).OfType<CommentEntry>().Select(entry => entry.Comment.Text)];

    private Task HasAsync(CassandraEventLog log, params string[] texts) => Http.EventuallyAsync(async () =>
    {
        try
        {
            return (await TextsAsync(log)).SequenceEqual(texts);
        }
        catch (StoreUnavailableException)
        {
            // It was frozen until now.
            return false;
        }
    }, "it has all comments");

    private CassandraDatabase Open(string dataCenter, TimeSpan? timeout = null) => new(
        new CassandraOptions { ContactPoints = _ring.ContactPoints, Keyspace = "two", Replication = "dc1:1,dc2:1", DataCenter = dataCenter, Timeout = timeout ?? TimeSpan.FromSeconds(20), SchemaTimeout = TimeSpan.FromMinutes(5) }, NullLogger.Instance, TimeProvider.System);
}
