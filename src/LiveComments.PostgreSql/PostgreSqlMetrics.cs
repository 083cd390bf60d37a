using System.Diagnostics;
using System.Diagnostics.Metrics;
using LiveComments.Stores;
using LiveComments.Telemetry;

namespace LiveComments.PostgreSql;

/// <summary>What the database tells of itself.</summary>
internal sealed class PostgreSqlMetrics : IDisposable
{
    private static readonly KeyValuePair<string, object?> All = new("queue", "call");

    private readonly Meter? _own;
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<int> _commitSize;
    private readonly Counter<long> _failures;

    public PostgreSqlMetrics(IMeterFactory? meters, PostgreSqlOptions options, Func<int> calls, Func<StoreCondition, bool> suffers)
    {
        var meter = meters?.LiveComments() ?? (_own = new Meter(Metering.MeterName));
        _commitDuration = meter.CreateHistogram("livecomments.store.commit.duration", "s", "From the start of a transaction until it is flushed.", advice: Metering.Seconds);
        _commitSize = meter.CreateHistogram("livecomments.store.commit.size", "{row}", "What was committed together.", advice: Metering.BatchSizes);
        _failures = meter.CreateCounter<long>("livecomments.store.failures", "{failure}", "Transactions that the database refused.");
        _failures.Add(0);
        meter.CreateObservableGauge("livecomments.store.queue.depth", () => new Measurement<int>(calls(), All), "{work}", "Calls that wait for a connection to the database, or have one.");
        meter.CreateObservableGauge("livecomments.store.queue.limit", () => new Measurement<int>(options.Calls, All), "{work}", "How many there may be; what comes beyond is answered 503.");
        meter.CreateObservableGauge("livecomments.store.condition",
            () => Enum.GetValues<StoreCondition>().Select(condition => new Measurement<int>(suffers(condition) ? 1 : 0, new KeyValuePair<string, object?>("condition", condition.ToString().ToLowerInvariant()))),
            null, "1 while the store is failing (it takes no writes), full (the disk is), damaged or lost.");
        meter.CreateObservableGauge("livecomments.store.replication.lag", () => Standbys.Select(standby => new Measurement<double>(standby.Bytes, Tags(standby))), "By", "What a standby of the database has not applied yet.");
        meter.CreateObservableGauge("livecomments.store.replication.delay", () => Standbys.Select(standby => new Measurement<double>(standby.Delay, Tags(standby))), "s", "How long ago what a standby of the database applied last was written.");
    }

    /// <summary>Those of the primary as it last said.</summary>
    public IReadOnlyList<Standby> Standbys { get; set => Volatile.Write(ref field, value); } = [];

    public static long Now => Stopwatch.GetTimestamp();

    public void Committed(long started, int rows)
    {
        _commitDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        _commitSize.Record(Math.Max(1, rows));
    }

    public void Failed() => _failures.Add(1);

    private static KeyValuePair<string, object?>[] Tags(Standby standby) => [new("standby", standby.Name), new("mode", standby.Mode)];

    public void Dispose() => _own?.Dispose();
}
