using LiveComments.Events;
using LiveComments.Sqlite;
using LiveComments.Tests.Conformance;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Events;

public sealed class JoinsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTime _time = new();
    private readonly EventId _event = new(Guid.NewGuid());
    private SqliteDatabase _database = null!;
    private Watched _catalog = null!;

    public async Task InitializeAsync()
    {
        _database = SqliteDatabase.Open(new SqliteOptions { Path = _folder.At("test.db"), Timeout = TimeSpan.FromSeconds(30) }, NullLogger.Instance);
        _catalog = new Watched(new EventsUnderTest(new SqliteEventCatalog(_database), new SqliteParticipants(_database)));
        var now = _time.GetUtcNow();
        Assert.Null(await _catalog.AddAsync(new LiveEvent(_event, null, "Title", null, "sports", EventStatus.Live, now, false, null, "UTC",
            EventSettings.Default, UserId.New(_time), now, now), default));
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task However_often_people_come_back_the_store_hears_of_each_once()
    {
        var people = People(40);
        var first = _time.GetUtcNow();
        using (var joins = await StartAsync())
        {
            NoteAll(joins, people);
            await WrittenAsync(40);
            for (var i = 0; i < 125; i++)
                NoteAll(joins, people);
            var late = People(1);
            NoteAll(joins, late);
            await WrittenAsync(41);
            Assert.Equal(41, _catalog.Rows);
            Assert.True(_catalog.Writes <= 4, $"{_catalog.Writes} writes");
            await joins.StopAsync(default);
        }

        // A process that remembers nothing writes again, and nothing changes.
        using (var joins = await StartAsync())
        {
            NoteAll(joins, people);
            await WrittenAsync(81);
            await joins.StopAsync(default);
        }
        var listed = await _catalog.ListJoinedAsync(_event, null, 100, default);
        Assert.Equal(41, listed.Count);
        Assert.All(listed.Where(one => people.Contains(one.UserId)), one => Assert.Equal(first, one.JoinedAt));
    }

    [Fact]
    public async Task What_the_store_does_not_take_is_written_when_it_does()
    {
        using var joins = await StartAsync();
        _catalog.Down = true;
        NoteAll(joins, People(700));
        await EventuallyAsync(() => _catalog.Refused > 2);
        NoteAll(joins, People(10));
        _catalog.Down = false;
        await WrittenAsync(710);
        await joins.StopAsync(default);
        Assert.Equal(710, (await _catalog.ListJoinedAsync(_event, null, 1_000, default)).Count);
    }

    [Fact]
    public async Task Stopping_writes_what_waits()
    {
        using var joins = await StartAsync();
        NoteAll(joins, People(3));
        await joins.StopAsync(default);
        Assert.Equal(3, (await _catalog.ListJoinedAsync(_event, null, 10, default)).Count);
    }

    [Fact]
    public async Task Beyond_what_may_wait_nobody_is_remembered_as_recorded()
    {
        using var joins = new Joins(_catalog, _time);
        var people = People(Joins.Waiting + 5);
        NoteAll(joins, people);
        await joins.StartAsync(default);
        await WrittenAsync(Joins.Waiting);
        NoteAll(joins, people);
        await joins.StopAsync(default);
        Assert.Equal(Joins.Waiting + 5, _catalog.Rows);
    }

    [Fact]
    public async Task Noting_somebody_known_costs_no_memory()
    {
        using var joins = await StartAsync();
        var user = new UserId(Guid.NewGuid());
        joins.Note(_event, user);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            joins.Note(_event, user);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        await joins.StopAsync(default);
    }

    private static List<UserId> People(int count) => [.. Enumerable.Range(0, count).Select(_ => new UserId(Guid.NewGuid()))];

    private void NoteAll(Joins joins, List<UserId> people)
    {
        foreach (var user in people)
            joins.Note(_event, user);
    }

    private async Task<Joins> StartAsync()
    {
        var joins = new Joins(_catalog, _time);
        await joins.StartAsync(default);
        return joins;
    }

    private Task WrittenAsync(int rows) => EventuallyAsync(() => _catalog.Rows >= rows);

    /// <summary>Lets seconds pass until it is so.</summary>
    private Task EventuallyAsync(Func<bool> so) => Http.EventuallyAsync(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return Task.FromResult(so());
    }, "joins are written");

    /// <summary>The real catalogue; counts what it is asked to write, and refuses when told to.</summary>
    private sealed class Watched(IEventsUnderTest inner) : BrokenEventCatalogs.Double(inner)
    {
        private int _rows, _writes, _refused;

        public int Rows => Volatile.Read(ref _rows);

        public int Writes => Volatile.Read(ref _writes);

        public int Refused => Volatile.Read(ref _refused);

        public bool Down { get; set; }

        public override async ValueTask JoinAsync(IReadOnlyList<Join> joins, CancellationToken ct)
        {
            if (Down)
            {
                Interlocked.Increment(ref _refused);
                throw new StoreUnavailableException("Down.");
            }
            await Inner.JoinAsync(joins, ct);
            Interlocked.Increment(ref _writes);
            Interlocked.Add(ref _rows, joins.Count);
        }
    }
}
