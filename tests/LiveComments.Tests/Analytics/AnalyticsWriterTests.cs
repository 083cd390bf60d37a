using System.Diagnostics.Metrics;
using LiveComments.Analytics;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Telemetry;
using LiveComments.Tests.Conformance;
using LiveComments.Tests.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Analytics;

/// <summary>What a node saw reaches the store, or is counted as left out.</summary>
public sealed class AnalyticsWriterTests : StoreSpec
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly EventId _id = EventId.New(TimeProvider.System);
    private readonly Dictionary<string, long> _rows = [];
    private AnalyticsOptions _options = null!;
    private MeterListener _listener = null!;
    private Away _store = null!;
    private AnalyticsQueue _queue = null!;
    private EventFeeds _feeds = null!;
    private AnalyticsWriter _writer = null!;

    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new SqliteStore(time));

    public override async Task DisposeAsync()
    {
        await StopAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task What_waits_is_written_in_the_next_round()
    {
        Start();
        Add(3);
        await _writer.RoundAsync(default);
        Assert.Equal(3, await CountedAsync());
        Assert.Equal(3, _rows["added"]);
    }

    [Fact]
    public async Task While_the_store_is_away_rows_wait_in_memory_then_on_disk_and_all_are_counted_when_it_is_back()
    {
        Start();
        _store.IsAway = true;
        for (var i = 0; i < 5; i++)
        {
            Add(400);
            await _writer.RoundAsync(default);
        }
        Assert.Equal(1_600, _rows["spooled"]);
        Assert.NotEmpty(Directory.GetFiles(Spool));
        Assert.Equal(0, await CountedAsync());
        _store.IsAway = false;
        Add(1);
        await _writer.RoundAsync(default);
        Assert.Equal(2_001, await CountedAsync());
        Assert.Equal((2_001, 0), (_rows["added"], _rows["shed"]));
        Assert.False(Directory.Exists(Spool));
    }

    [Fact]
    public async Task What_fits_neither_in_memory_nor_on_disk_is_left_out_and_counted()
    {
        Start(options => options.Spool = 0);
        _store.IsAway = true;
        Add(1_500);
        await _writer.RoundAsync(default);
        Assert.Equal(500 + 1_000, _rows["shed"]);
        Add(400);
        await _writer.RoundAsync(default);
        _store.IsAway = false;
        await _writer.RoundAsync(default);
        Assert.Equal(400, await CountedAsync());
    }

    [Fact]
    public async Task A_batch_whose_outcome_is_not_known_counts_once()
    {
        Start();
        Add(10);
        _store.LosesAnswers = true;
        await _writer.RoundAsync(default);
        _store.LosesAnswers = false;
        await _writer.RoundAsync(default);
        Assert.Equal(10, await CountedAsync());
    }

    [Fact]
    public async Task A_stopped_node_leaves_nothing_behind_and_one_whose_store_is_away_leaves_it_on_disk_for_its_next_start()
    {
        Start();
        Add(10);
        await _writer.StopAsync(default);
        Assert.Equal(10, await CountedAsync());
        Add(5);
        _store.IsAway = true;
        await _writer.StopAsync(default);
        await StopAsync();
        Start();
        await _writer.RoundAsync(default);
        Assert.Equal(15, await CountedAsync());
    }

    [Fact]
    public async Task A_damaged_file_keeps_no_other_from_being_counted()
    {
        Start();
        _store.IsAway = true;
        Add(700);
        await _writer.RoundAsync(default);
        Add(700);
        await _writer.RoundAsync(default);
        var files = Directory.GetFiles(Spool).Order().ToList();
        Assert.Equal(2, files.Count);
        await File.WriteAllBytesAsync(files[0], (await File.ReadAllBytesAsync(files[0]))[..200]);
        await StopAsync();
        Start();
        await _writer.RoundAsync(default);
        Assert.Equal(700, await CountedAsync());
        Assert.False(Directory.Exists(Spool));
    }

    [Fact]
    public async Task Nothing_is_taken_where_analytics_are_switched_off()
    {
        Start(options => options.Enabled = false);
        Add(3);
        await _writer.RoundAsync(default);
        Assert.Equal(0, await CountedAsync());
    }

    private string Spool => _folder.At("analytics");

    private void Start(Action<AnalyticsOptions>? configure = null)
    {
        _options = new AnalyticsOptions { Queue = 1_000, SpoolFolder = Spool };
        configure?.Invoke(_options);
        foreach (var outcome in new[] { "added", "spooled", "shed" })
            _rows[outcome] = 0;
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "livecomments.analytics.rows" && instrument.Meter == _services.GetRequiredService<IMeterFactory>().LiveComments())
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, rows, tags, _) => _rows[(string)tags[0].Value!] += rows);
        _listener.Start();
        _store = new Away(Store.Analytics);
        _queue = new AnalyticsQueue(Options.Create(_options));
        var events = new EventDirectory(Store.Catalog, Store.Participants, Time);
        _feeds = new EventFeeds(Store.Log, events, Options.Create(new FeedOptions()), new FeedMetrics(_services.GetRequiredService<IMeterFactory>()), new ProcessFault(new Microsoft.Extensions.Hosting.Internal.ApplicationLifetime(NullLogger<Microsoft.Extensions.Hosting.Internal.ApplicationLifetime>.Instance), NullLogger<ProcessFault>.Instance), Time, NullLoggerFactory.Instance);
        _writer = new AnalyticsWriter(_store, _queue, _feeds, events, Options.Create(_options), new AnalyticsMetrics(_services.GetRequiredService<IMeterFactory>()), Time, NullLogger<AnalyticsWriter>.Instance);
    }

    private async Task StopAsync()
    {
        _writer.Dispose();
        _listener.Dispose();
        await _feeds.DisposeAsync();
    }

    private void Add(int rows)
    {
        for (var i = 0; i < rows; i++)
            _queue.Add(new AnalyticsRow(_id, Now, AnalyticsAction.Refused) { Reason = "busy", Comment = new CommentId(Guid.NewGuid()), LatencyMs = i });
    }

    private async Task<long> CountedAsync() => (await Store.Analytics.TotalsAsync([_id], default)).GetValueOrDefault(_id, EventTotals.None).Measures.Parts(Measures.RefusedBy).Sum(part => part.Value);

    /// <summary>The store, when it is there.</summary>
    private sealed class Away(IAnalyticsStore inner) : IAnalyticsStore
    {
        public string Follower => inner.Follower;

        public bool IsAway { get; set; }

        /// <summary>It adds and answers as if nobody knew.</summary>
        public bool LosesAnswers { get; set; }

        public async ValueTask<bool> AddAsync(AnalyticsBatch batch, CancellationToken ct)
        {
            if (IsAway)
                throw new StoreUnavailableException("The store is away.");
            var added = await inner.AddAsync(batch, ct);
            return LosesAnswers ? throw new StoreUnavailableException("The store did not answer in time.", outcomeUnknown: true) : added;
        }

        public ValueTask<IReadOnlyDictionary<EventId, EventTotals>> TotalsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) => inner.TotalsAsync(ids, ct);

        public ValueTask<IReadOnlyList<Measured>> SeriesAsync(EventId id, AnalyticsStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => inner.SeriesAsync(id, step, from, to, ct);

        public ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => inner.DeleteAsync(id, ct);

        public ValueTask<bool> ForgetAsync(DateTimeOffset before, DateTimeOffset secondsBefore, CancellationToken ct) => inner.ForgetAsync(before, secondsBefore, ct);
    }
}
