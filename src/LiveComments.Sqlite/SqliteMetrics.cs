using System.Diagnostics;
using System.Diagnostics.Metrics;
using LiveComments.Stores;
using LiveComments.Telemetry;

namespace LiveComments.Sqlite;

/// <summary>What the database tells of itself.</summary>
internal sealed class SqliteMetrics : IDisposable
{
    private static readonly KeyValuePair<string, object?> Writes = new("queue", "write");
    private static readonly KeyValuePair<string, object?> Reads = new("queue", "read");

    private readonly Meter? _own;
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<int> _commitSize;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _checkpointDuration;
    private readonly Gauge<long> _logSize;

    public SqliteMetrics(IMeterFactory? meters, SqliteOptions options, Func<int> writesWaiting, Func<int> readsWaiting, Func<StoreCondition, bool> suffers)
    {
        var meter = meters?.LiveComments() ?? (_own = new Meter(Metering.MeterName));
        _commitDuration = meter.CreateHistogram("livecomments.store.commit.duration", "s", "From the start of a transaction until it is flushed.", advice: Metering.Seconds);
        _commitSize = meter.CreateHistogram("livecomments.store.commit.size", "{row}", "What was committed together.", advice: Metering.BatchSizes);
        _failures = meter.CreateCounter<long>("livecomments.store.failures", "{failure}", "Transactions that the database refused.");
        _failures.Add(0);
        _checkpointDuration = meter.CreateHistogram("livecomments.store.checkpoint.duration", "s", "Writes wait while the write-ahead log is brought into the file.", advice: Metering.Seconds);
        _logSize = meter.CreateGauge<long>("livecomments.store.wal.size", "{page}", "Length of the write-ahead log when it was last brought into the file.");
        meter.CreateObservableGauge("livecomments.store.queue.depth", () => new Measurement<int>[] { new(writesWaiting(), Writes), new(readsWaiting(), Reads) },
            "{work}", "What waits for the database.");
        meter.CreateObservableGauge("livecomments.store.queue.limit", () => new Measurement<int>[] { new(options.WriteQueue, Writes), new(options.ReadQueue, Reads) },
            "{work}", "How much may wait; what comes beyond is answered 503.");
        meter.CreateObservableGauge("livecomments.store.condition",
            () => Enum.GetValues<StoreCondition>().Select(condition => new Measurement<int>(suffers(condition) ? 1 : 0, new KeyValuePair<string, object?>("condition", condition.ToString().ToLowerInvariant()))),
            null, "1 while the store is failing (it takes no writes), full (the disk is), damaged or lost.");
    }

    public static long Now => Stopwatch.GetTimestamp();

    public void Committed(long started, int rows)
    {
        _commitDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        _commitSize.Record(rows);
    }

    public void Checkpointed(long started, long pages)
    {
        _checkpointDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        _logSize.Record(pages);
    }

    public void Failed() => _failures.Add(1);

    public void Dispose() => _own?.Dispose();
}
