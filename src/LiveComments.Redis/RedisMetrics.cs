using System.Diagnostics.Metrics;
using LiveComments.Telemetry;

namespace LiveComments.Redis;

/// <summary>Metrics of the calls to Redis.</summary>
internal sealed class RedisMetrics
{
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;

    public RedisMetrics(IMeterFactory meters)
    {
        var meter = meters.LiveComments();
        _calls = meter.CreateCounter<long>("livecomments.redis.calls", "{call}", "Calls to Redis, by outcome: answered, failed, timed-out, or skipped because it failed less than a second ago.");
        _duration = meter.CreateHistogram("livecomments.redis.call.duration", "s", "Time that a call to Redis took that was answered.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1] });
        foreach (var outcome in (string[])["answered", "failed", "timed-out", "skipped"])
            Count(outcome, 0);
    }

    public void Answered(TimeSpan took)
    {
        Count("answered");
        _duration.Record(took.TotalSeconds);
    }

    public void Count(string outcome, int calls = 1) => _calls.Add(calls, new KeyValuePair<string, object?>("outcome", outcome));
}
