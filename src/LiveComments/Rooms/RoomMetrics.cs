using System.Diagnostics.Metrics;
using LiveComments.Telemetry;

namespace LiveComments.Rooms;

/// <summary>What the rooms tell about themselves.</summary>
internal sealed class RoomMetrics
{
    private readonly Meter _meter;
    private readonly Histogram<int> _batch;
    private readonly Histogram<double> _append;

    public RoomMetrics(IMeterFactory meters)
    {
        _meter = meters.LiveComments();
        _batch = _meter.CreateHistogram("livecomments.room.batch.size", "{entry}", "Drafts placed in one append.", advice: Metering.BatchSizes);
        _append = _meter.CreateHistogram("livecomments.room.append.duration", "s", "Time of one append, until it is committed and flushed.", advice: Metering.Seconds);
        Reactions = _meter.CreateCounter<long>("livecomments.reactions.tallies", "{tally}", "Changed counts of comments, one per comment and batch.");
        Reactions.Add(0);
    }

    public Counter<long> Reactions { get; }

    public void Placed(int drafts, TimeSpan duration)
    {
        _batch.Record(drafts);
        _append.Record(duration.TotalSeconds);
    }

    /// <summary>Adds the instruments that are read on demand.</summary>
    public void Observe(Rooms rooms)
    {
        _meter.CreateObservableUpDownCounter("livecomments.rooms", () => rooms.Open.Count, "{room}", "Events that are busy on this fanOut.");
        _meter.CreateObservableUpDownCounter("livecomments.viewers", () => rooms.Open.Sum(room => room.Viewers), "{viewer}", "People watching on this fanOut.");
        _meter.CreateObservableGauge("livecomments.room.mailbox.depth", () => rooms.Open.Select(room => room.CommentsWaiting).DefaultIfEmpty().Max(), "{comment}", "Comments that wait in the fullest mailbox.");
        _meter.CreateObservableGauge("livecomments.room.mailbox.limit", () => rooms.Options.Mailbox, "{comment}", "Comments a mailbox holds.");
        _meter.CreateObservableGauge("livecomments.room.reactions.depth", () => rooms.Open.Select(room => room.ReactionsWaiting).DefaultIfEmpty().Max(), "{reaction}", "Reactions that wait in the fullest mailbox.");
        _meter.CreateObservableGauge("livecomments.room.reactions.limit", () => rooms.Options.ReactionMailbox, "{reaction}", "Reactions a mailbox holds.");
    }
}
