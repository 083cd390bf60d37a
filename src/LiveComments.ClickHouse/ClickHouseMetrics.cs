using System.Diagnostics.Metrics;
using LiveComments.Telemetry;

namespace LiveComments.ClickHouse;

/// <summary>Metrics of the calls to ClickHouse.</summary>
internal sealed class ClickHouseMetrics
{
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;

    public ClickHouseMetrics(IMeterFactory meters)
    {
        var meter = meters.LiveComments();
        _calls = meter.CreateCounter<long>("livecomments.clickhouse.calls", "{call}", "Calls to ClickHouse, by outcome: answered, failed or timed-out.");
        _duration = meter.CreateHistogram("livecomments.clickhouse.call.duration", "s", "Time that a call to ClickHouse took that was answered.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        foreach (var outcome in (string[])["answered", "failed", "timed-out"])
            Count(outcome, 0);
    }

    public void Answered(TimeSpan took)
    {
        Count("answered");
        _duration.Record(took.TotalSeconds);
    }

    public void Count(string outcome, int calls = 1) => _calls.Add(calls, new KeyValuePair<string, object?>("outcome", outcome));
}
