using System.Diagnostics.Metrics;
using LiveComments.Telemetry;

namespace LiveComments.Analytics;

/// <summary>Metrics of the analytics.</summary>
internal sealed class AnalyticsMetrics
{
    /// <summary>What becomes of a row.</summary>
    public const string Added = "added", Spooled = "spooled", Shed = "shed";

    private readonly Meter _meter;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _failures;

    public AnalyticsMetrics(IMeterFactory meters)
    {
        _meter = meters.LiveComments();
        _rows = _meter.CreateCounter<long>("livecomments.analytics.rows", "{row}", "Rows for the statistics of events, by outcome: added, spooled (written to disk while the store is away, and added later), shed (there was no room, or the spool could not be read).");
        _failures = _meter.CreateCounter<long>("livecomments.analytics.failures", "{batch}", "Batches of rows that the store did not take; they are tried again.");
        foreach (var outcome in (string[])[Added, Spooled, Shed])
            _rows.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
        _failures.Add(0);
    }

    public void Rows(string outcome, long rows) => _rows.Add(rows, new KeyValuePair<string, object?>("outcome", outcome));

    public void Failed() => _failures.Add(1);

    /// <summary>Adds the instruments of the node's queue.</summary>
    public void Observe(Func<int> waiting, Func<long> spooled)
    {
        _meter.CreateObservableUpDownCounter("livecomments.analytics.waiting", waiting, "{row}", "Rows for statistics that wait in memory.");
        _meter.CreateObservableUpDownCounter("livecomments.analytics.spool", spooled, "By", "Rows for statistics that wait on disk.");
    }

    /// <summary>Adds the instrument of the follower.</summary>
    public void ObserveFollower(Func<double> delay) =>
        _meter.CreateObservableGauge("livecomments.analytics.delay", delay, "s", "Time since everything in the logs was counted; 0 on a node that does not count.");
}
