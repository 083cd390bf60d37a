using System.Diagnostics.Metrics;
using LiveComments.Telemetry;
using LiveComments.Wire;

namespace LiveComments.Feeds;

/// <summary>Metrics of the fan-out.</summary>
internal sealed class FeedMetrics
{
    /// <summary>Reasons for which feeds read the store.</summary>
    public const string Open = "open", Repair = "repair", Look = "look";

    private readonly Meter _meter;
    private readonly Counter<long> _reads;

    public FeedMetrics(IMeterFactory meters)
    {
        _meter = meters.LiveComments();
        SlowClosed = _meter.CreateCounter<long>("livecomments.viewers.slow_closed", "{connection}", "Viewers closed because they took nothing for too long.");
        Degraded = _meter.CreateCounter<long>("livecomments.viewers.degraded", "{time}", "Times a viewer fell so far behind that comments were left out.");
        SentAway = _meter.CreateCounter<long>("livecomments.viewers.sent_away", "{viewer}", "Viewers asked to come back elsewhere, because this node had many more than the others.");
        Resumes = _meter.CreateCounter<long>("livecomments.resumes", "{resume}", "Streams opened from a position, by where the missed entries come from: ring, store or reset.");
        PagesRead = _meter.CreateCounter<long>("livecomments.resume.pages", "{page}", "Pages of the log read for viewers who are behind what is in memory: one for all who need it.");
        SlowClosed.Add(0);
        Degraded.Add(0);
        SentAway.Add(0);
        PagesRead.Add(0);
        foreach (var source in (string[])["ring", "store", "reset"])
            Resumes.Add(0, new KeyValuePair<string, object?>("source", source));
        _reads = _meter.CreateCounter<long>("livecomments.feed.reads", "{read}", "Questions that feeds ask the store, by reason: open (a feed is made, three questions, and up to four where Redis was asked in vain), repair (it may have missed something), look (how far all watched events reach). Those for viewers who come back are livecomments.resume.pages.");
        foreach (var reason in (string[])[Open, Repair, Look])
            _reads.Add(0, new KeyValuePair<string, object?>("reason", reason));
        DeliveryDelay = _meter.CreateHistogram("livecomments.delivery.duration", "s", "From the commit of a batch to its hand-over to the sockets of one sender.", advice: Metering.Seconds);
    }

    public Counter<long> SlowClosed { get; }

    public Counter<long> Degraded { get; }

    public Counter<long> SentAway { get; }

    public Counter<long> Resumes { get; }

    public Counter<long> PagesRead { get; }

    public Histogram<double> DeliveryDelay { get; }

    /// <summary>A feed asks the store.</summary>
    public void Read(string reason) => _reads.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Adds the instruments that are read on demand.</summary>
    public void Observe(EventFeeds feeds)
    {
        var fanOut = feeds.FanOut;
        _meter.CreateObservableUpDownCounter("livecomments.feeds", () => feeds.Watched.Count, "{event}", "Events that have a feed on this node.");
        _meter.CreateObservableUpDownCounter("livecomments.viewers", () => feeds.AllViewers, "{viewer}", "People watching on this node.");
        _meter.CreateObservableUpDownCounter("livecomments.connections", IEnumerable<Measurement<int>> () =>
        {
            var sockets = fanOut.Connections.All.Count(connection => connection.Framing.IsWebSocket());
            return [new(sockets, new KeyValuePair<string, object?>("transport", "websocket")),
                new(fanOut.Connections.Count - sockets, new KeyValuePair<string, object?>("transport", "sse"))];
        }, "{connection}", "Open streams.");
        _meter.CreateObservableCounter("livecomments.deliveries", () => fanOut.Senders.Sum(sender => Volatile.Read(ref sender.Deliveries)), "{frame}", "Frames handed to sockets.");
    }
}
