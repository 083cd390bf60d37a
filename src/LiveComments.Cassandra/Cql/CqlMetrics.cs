using System.Diagnostics.Metrics;
using LiveComments.Telemetry;

namespace LiveComments.Cassandra.Cql;

/// <summary>Metrics of what Cassandra is asked.</summary>
internal sealed class CqlMetrics
{
    private readonly Counter<long> _requests, _failures, _repeats, _beside;
    private readonly Histogram<double> _duration;

    public CqlMetrics(IMeterFactory meters)
    {
        var meter = meters.LiveComments();
        _requests = meter.CreateCounter<long>("livecomments.cassandra.requests", "{request}", "Requests to Cassandra, by statement and outcome.");
        _failures = meter.CreateCounter<long>("livecomments.cassandra.failures", "{request}",
            "Requests to Cassandra that were not answered, by outcome: failed, timed-out, unsent, or unknown when a conditional write may have happened.");
        _repeats = meter.CreateCounter<long>("livecomments.cassandra.repeats", "{request}", "Requests that were sent to another node after one did not do them, by statement.");
        _beside = meter.CreateCounter<long>("livecomments.cassandra.speculations", "{request}", "Requests that were sent to a second node because the first was slow, by statement.");
        _duration = meter.CreateHistogram("livecomments.cassandra.request.duration", "s", "Time that requests to Cassandra took that were answered, by kind: conditional or plain.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] });
        meter.CreateObservableGauge("livecomments.cassandra.window", () => Window(), "{request}",
            "Requests that may be under way to the node of Cassandra that takes the fewest; 0 before it is connected. They become fewer while a node says that it has too much.");
        foreach (var outcome in (string[])["failed", "timed-out", "unsent", "unknown"])
            _failures.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
    }

    /// <summary>Tells of the window of the node that takes the fewest requests.</summary>
    public Func<int> Window { private get; set; } = () => 0;

    public void Answered(string statement, bool isConditional, TimeSpan took)
    {
        Count(statement, "answered");
        _duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("kind", isConditional ? "conditional" : "plain"));
    }

    public void Failed(string statement, bool isConditional, CqlException e)
    {
        var outcome = e.Failure switch
        {
            CqlFailure.NotSent => "unsent",
            _ when isConditional && e.MayHaveHappened => "unknown",
            CqlFailure.TimedOut or CqlFailure.ReadTimeout or CqlFailure.WriteTimeout => "timed-out",
            _ => "failed",
        };
        Count(statement, outcome);
        _failures.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
    }

    public void Repeated(string statement) => _repeats.Add(1, new KeyValuePair<string, object?>("statement", statement));

    public void AskedBeside(string statement) => _beside.Add(1, new KeyValuePair<string, object?>("statement", statement));

    private void Count(string statement, string outcome) =>
        _requests.Add(1, new KeyValuePair<string, object?>("statement", statement), new KeyValuePair<string, object?>("outcome", outcome));
}
