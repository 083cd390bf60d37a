using System.Diagnostics.Metrics;
using LiveComments.Telemetry;

namespace LiveComments.Redis;

/// <summary>Metrics of hot entries.</summary>
internal sealed class HotMetrics
{
    private readonly Counter<long> _reads, _lost, _refills;

    public HotMetrics(IMeterFactory meters)
    {
        var meter = meters.LiveComments();
        _reads = meter.CreateCounter<long>("livecomments.redis.hot.reads", "{page}", "Pages of entries that Redis was asked for, by outcome: hit, or miss when the store was asked instead.");
        _lost = meter.CreateCounter<long>("livecomments.redis.hot.lost", "{write}", "Writes of entries or counts that did not reach Redis. What was kept of their events is dropped and begun anew.");
        _refills = meter.CreateCounter<long>("livecomments.redis.hot.refills", "{page}", "Pages that were read from the store because Redis had nothing of an event, or not all.");
        Read(true, 0);
        Read(false, 0);
        _lost.Add(0);
        _refills.Add(0);
    }

    public void Read(bool isHit, int pages = 1) => _reads.Add(pages, new KeyValuePair<string, object?>("outcome", isHit ? "hit" : "miss"));

    public void Lost(int writes) => _lost.Add(writes);

    public void Refilled() => _refills.Add(1);
}
