using System.Diagnostics.Metrics;
using LiveComments.Telemetry;

namespace LiveComments.Akka;

/// <summary>Metrics of the way from the gates to the log.</summary>
internal sealed class EngineMetrics
{
    private readonly Meter _meter;
    private readonly Histogram<int> _batch;
    private readonly Histogram<double> _append;
    private readonly Counter<long> _tallies;

    public EngineMetrics(IMeterFactory meters)
    {
        _meter = meters.LiveComments();
        _batch = _meter.CreateHistogram("livecomments.append.batch.size", "{entry}", "Drafts placed in one append.", advice: Metering.BatchSizes);
        _append = _meter.CreateHistogram("livecomments.append.duration", "s", "Time of one append, until it is committed and flushed.", advice: Metering.Seconds);
        _tallies = _meter.CreateCounter<long>("livecomments.reactions.tallies", "{tally}", "Changed counts of comments, one per comment and batch.");
        _tallies.Add(0);
    }

    public void Placed(int drafts, TimeSpan duration)
    {
        _batch.Record(drafts);
        _append.Record(duration.TotalSeconds);
    }

    public void Applied(int tallies) => _tallies.Add(tallies);

    /// <summary>Adds the instruments that are read on demand.</summary>
    public void Observe(EventGates gates, EngineOptions options)
    {
        _meter.CreateObservableUpDownCounter("livecomments.gates", () => gates.Open.Count, "{event}", "Events that somebody writes in on this node.");
        _meter.CreateObservableGauge("livecomments.gate.comments.depth", () => gates.Open.Select(gate => gate.CommentsWaiting).DefaultIfEmpty().Max(), "{comment}", "Comments that wait in the fullest gate.");
        _meter.CreateObservableGauge("livecomments.gate.comments.limit", () => options.CommentQueue, "{comment}", "Comments that a gate holds.");
        _meter.CreateObservableGauge("livecomments.gate.reactions.depth", () => gates.Open.Select(gate => gate.ReactionsWaiting).DefaultIfEmpty().Max(), "{reaction}", "Reactions that wait in the fullest gate.");
        _meter.CreateObservableGauge("livecomments.gate.reactions.limit", () => options.ReactionQueue, "{reaction}", "Reactions that a gate holds.");
    }
}
