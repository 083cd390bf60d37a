using System.Diagnostics.Metrics;
using LiveComments.Akka.Serialization;
using LiveComments.Ingest;
using LiveComments.Telemetry;

namespace LiveComments.Akka;

/// <summary>Metrics of the way from the gates to the log.</summary>
internal sealed class EngineMetrics
{
    private readonly Meter _meter;
    private readonly Histogram<int> _batch;
    private readonly Histogram<double> _append;
    private readonly Counter<long> _tallies;
    private readonly Counter<long> _passed;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _stage;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _bytes;

    public EngineMetrics(IMeterFactory meters)
    {
        _meter = meters.LiveComments();
        _batch = _meter.CreateHistogram("livecomments.append.batch.size", "{entry}", "Drafts placed in one append.", advice: Metering.BatchSizes);
        _append = _meter.CreateHistogram("livecomments.append.duration", "s", "Time of one append, until it is committed and flushed.", advice: Metering.Seconds);
        _tallies = _meter.CreateCounter<long>("livecomments.reactions.tallies", "{tally}", "Changed counts of comments, one per comment and batch.");
        _tallies.Add(0);
        _passed = _meter.CreateCounter<long>("livecomments.ingest.requests", "{request}", "Comments and reactions that came to a stage of ingest, by stage.");
        _refused = _meter.CreateCounter<long>("livecomments.ingest.refusals", "{request}", "Comments and reactions that a stage of ingest refused, by stage. The outcomes of livecomments.comments and livecomments.reactions say why.");
        _messages = _meter.CreateCounter<long>("livecomments.nodes.messages", "{message}", "Messages to other nodes, by kind: asks (place, react) and their answers (placed, reacted), announcements (announce), hints of every kind. What Akka itself sends is not counted.");
        _bytes = _meter.CreateCounter<long>("livecomments.nodes.sent", "By", "Bytes of the messages to other nodes, by kind, without what Akka adds to each.");
        foreach (var counter in (Counter<long>[])[_messages, _bytes])
            foreach (var format in MessageFormat.All)
                counter.Add(0, new KeyValuePair<string, object?>("kind", format.Manifest));
        _stage = _meter.CreateHistogram("livecomments.ingest.stage.duration", "s", "Time of a stage of ingest for what went through it together, by stage.", advice: Metering.Seconds);
    }

    /// <summary>A message goes to another node.</summary>
    public void Sent(string kind, int bytes)
    {
        var tag = new KeyValuePair<string, object?>("kind", kind);
        _messages.Add(1, tag);
        _bytes.Add(bytes, tag);
    }

    public void Placed(int drafts, TimeSpan duration)
    {
        _batch.Record(drafts);
        _append.Record(duration.TotalSeconds);
    }

    public void Applied(int tallies) => _tallies.Add(tallies);

    /// <summary>The metrics of one stage of ingest.</summary>
    public StageMetrics Stage(string name) => new(_passed, _refused, _stage, name);

    /// <summary>Adds the instruments that are read on demand.</summary>
    /// <param name="offers">Offers that wait for the stages of ingest.</param>
    public void Observe(EventGates gates, EngineOptions options, Func<int> offers, IngestOptions ingest)
    {
        _meter.CreateObservableGauge("livecomments.ingest.queue.depth", offers, "{offer}", "Requests, and reads of sockets, that wait for the stages of ingest.");
        _meter.CreateObservableGauge("livecomments.ingest.queue.limit", () => ingest.Queue, "{offer}", "Requests, and reads of sockets, that may wait for the stages of ingest.");
        _meter.CreateObservableUpDownCounter("livecomments.gates", () => gates.Open.Count, "{event}", "Events that somebody writes in on this node.");
        _meter.CreateObservableGauge("livecomments.gate.comments.depth", () => gates.Open.Select(gate => gate.Comments.Waiting).DefaultIfEmpty().Max(), "{comment}", "Comments that wait in the fullest gate.");
        _meter.CreateObservableGauge("livecomments.gate.comments.limit", () => options.CommentQueue, "{comment}", "Comments that a gate holds.");
        _meter.CreateObservableGauge("livecomments.gate.reactions.depth", () => gates.Open.Select(gate => gate.Reactions.Waiting).DefaultIfEmpty().Max(), "{reaction}", "Reactions that wait in the fullest gate.");
        _meter.CreateObservableGauge("livecomments.gate.reactions.limit", () => options.ReactionQueue, "{reaction}", "Reactions that a gate holds.");
    }
}
