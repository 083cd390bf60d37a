using System.Diagnostics.Metrics;
using LiveComments.Telemetry;

namespace LiveComments.Kafka;

/// <summary>Metrics of what comes from Kafka and goes there. What became of each comment and reaction is in those of ingest, with the door <c>kafka</c>.</summary>
internal sealed class KafkaMetrics
{
    private static readonly Error[] Reasons =
        [Error.InvalidJson, Error.InvalidRequest, Error.BodyTooLarge, Error.Forbidden, Error.EventNotFound, Error.EventNotLive, Error.TextEmpty, Error.TextTooLong, Error.TextRefused, Error.IdempotencyKeyReused];

    private readonly Meter _meter;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _published;

    public KafkaMetrics(IMeterFactory meters)
    {
        _meter = meters.LiveComments();
        _deadLetters = _meter.CreateCounter<long>("livecomments.kafka.dead_letters", "{record}", "Records that were refused for good, by reason (an error code).");
        _published = _meter.CreateCounter<long>("livecomments.kafka.published", "{record}", "Records that Kafka has acknowledged, by kind (entry, reactions, reset or deleted).");
        foreach (var reason in Reasons)
            _deadLetters.Add(0, new KeyValuePair<string, object?>("reason", reason.Code));
        foreach (var kind in (string[])["entry", "reactions", "reset", "deleted"])
            Published(kind, 0);
    }

    /// <param name="lag">By topic.</param>
    public void ObserveIn(Func<IEnumerable<KeyValuePair<string, long>>> lag, Func<int> partitions, Func<int> paused)
    {
        _meter.CreateObservableGauge("livecomments.kafka.lag", () => lag().Select(topic => new Measurement<long>(topic.Value, new KeyValuePair<string, object?>("topic", topic.Key))),
            "{record}", "Records that wait in the partitions of this node, by topic; measured every two seconds.");
        _meter.CreateObservableGauge("livecomments.kafka.partitions", partitions, "{partition}", "Partitions that this node takes records from.");
        _meter.CreateObservableGauge("livecomments.kafka.paused", paused, "{partition}", "Partitions that are paused, because the records that were taken from them are not decided yet.");
    }

    public void ObserveOut(Func<double> delay) =>
        _meter.CreateObservableGauge("livecomments.kafka.publish.delay", delay, "s", "Time since this node had published everything; 0 on a node that does not publish.");

    public void DeadLetter(Error reason) => _deadLetters.Add(1, new KeyValuePair<string, object?>("reason", reason.Code));

    public void Published(string kind, int records) => _published.Add(records, new KeyValuePair<string, object?>("kind", kind));
}
