using LiveComments.Events;
using LiveComments.Feeds;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Analytics;

/// <summary>
/// Writes what this node saw: what its queue holds, and how many people watch. While the store is away, batches wait in memory, then on disk, and what does not fit there either is left out
/// and counted.
/// </summary>
internal sealed partial class AnalyticsWriter : BackgroundService
{
    /// <summary>Rows of one batch: a transaction of some milliseconds.</summary>
    private const int RowsAtOnce = 10_000;

    /// <summary>How often it is noted how many people watch.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly IAnalyticsStore _store;
    private readonly AnalyticsQueue _queue;
    private readonly EventFeeds _feeds;
    private readonly EventDirectory _events;
    private readonly AnalyticsOptions _options;
    private readonly AnalyticsMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Spool _spool;
    private readonly Queue<AnalyticsBatch> _waiting = new();
    private readonly Dictionary<EventId, long> _delivered = [];
    private long? _lookedAt;
    private bool _failing;

    public AnalyticsWriter(IAnalyticsStore store, AnalyticsQueue queue, EventFeeds feeds, EventDirectory events, IOptions<AnalyticsOptions> options, AnalyticsMetrics metrics, TimeProvider time, ILogger<AnalyticsWriter> logger)
    {
        (_store, _queue, _feeds, _events, _options, _metrics, _time, _logger) = (store, queue, feeds, events, options.Value, metrics, time, logger);
        _spool = new Spool(_options.SpoolFolder, _options.Spool);
        metrics.Observe(() => _queue.Count + _queue.Elsewhere, () => _spool.Size);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.Every, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RoundAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What waits is written below.
        }
    }

    /// <summary>Writes what is left. What the store does not take now goes to disk, for the next start.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await RoundAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // There is no time left.
        }
        while (_waiting.TryDequeue(out var batch))
            Put(batch);
    }

    /// <summary>Takes what has come since the last round, and writes as much as the store takes.</summary>
    internal async Task RoundAsync(CancellationToken ct)
    {
        await LookAsync(ct);
        var (rows, left) = _queue.Take();
        if (left > 0)
            _metrics.Rows(AnalyticsMetrics.Shed, left);
        foreach (var some in rows.Chunk(RowsAtOnce))
            _waiting.Enqueue(new AnalyticsBatch(Guid.NewGuid(), some, []));
        try
        {
            while (!_spool.IsEmpty)
                await AddOldestAsync(ct);
            while (_waiting.TryPeek(out var batch))
            {
                await _store.AddAsync(batch, ct);
                _metrics.Rows(AnalyticsMetrics.Added, batch.Rows.Count);
                _waiting.Dequeue();
            }
            if (_failing)
                LogWorksAgain(_logger);
            _failing = false;
        }
        catch (StoreUnavailableException e)
        {
            _metrics.Failed();
            if (!_failing)
                LogWaits(_logger, e.Message);
            _failing = true;
            // Half of the memory is for what is still to come.
            while (_waiting.Sum(batch => batch.Rows.Count) > _options.Queue / 2)
                Put(_waiting.Dequeue());
        }
        _queue.Elsewhere = _waiting.Sum(batch => batch.Rows.Count);
    }

    private async Task AddOldestAsync(CancellationToken ct)
    {
        if (_spool.Oldest() is { } batch)
        {
            await _store.AddAsync(batch, ct);
            _metrics.Rows(AnalyticsMetrics.Added, batch.Rows.Count);
        }
        else
            // How many they were nobody knows.
            _metrics.Rows(AnalyticsMetrics.Shed, 1);
        _spool.RemoveOldest();
    }

    /// <summary>Puts a batch on disk, or leaves it out.</summary>
    private void Put(AnalyticsBatch batch) => _metrics.Rows(_spool.TryAdd(batch, _time.GetUtcNow()) ? AnalyticsMetrics.Spooled : AnalyticsMetrics.Shed, batch.Rows.Count);

    /// <summary>Notes how many people watch, and how many comments they were shown since the last look.</summary>
    private async ValueTask LookAsync(CancellationToken ct)
    {
        if (_lookedAt is { } at && _time.GetElapsedTime(at) < Look)
            return;
        _lookedAt = _time.GetTimestamp();
        var now = _time.GetUtcNow();
        var seen = new HashSet<EventId>();
        foreach (var (id, viewers, delivered) in _feeds.Shown())
        {
            seen.Add(id);
            // A feed that was closed and opened again begins to count anew.
            var since = _delivered.GetValueOrDefault(id) is var before && before <= delivered ? delivered - before : delivered;
            _delivered[id] = delivered;
            if (!await KeepsAsync(id, ct))
                continue;
            if (viewers > 0)
                _queue.Add(new AnalyticsRow(id, now, AnalyticsAction.Viewers) { Count = viewers });
            if (since > 0)
                _queue.Add(new AnalyticsRow(id, now, AnalyticsAction.Delivered) { Count = since });
        }
        foreach (var id in _delivered.Keys.Where(id => !seen.Contains(id)).ToList())
            _delivered.Remove(id);
    }

    private async ValueTask<bool> KeepsAsync(EventId id, CancellationToken ct)
    {
        try
        {
            return await _events.FindAsync(id, ct) is { } liveEvent && KeptSetting.Of(liveEvent).HasFlag(Kept.Viewers);
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Rows for statistics wait: {Reason}")]
    private static partial void LogWaits(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Rows for statistics are written again")]
    private static partial void LogWorksAgain(ILogger logger);
}
