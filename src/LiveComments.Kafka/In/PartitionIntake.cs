using System.Threading.Channels;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Util;
using Confluent.Kafka;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Telemetry;

namespace LiveComments.Kafka.In;

/// <summary>
/// One partition while this node has it: a stream that takes what waits, has ingest decide it, and moves on. What cannot be placed yet is tried again, and nothing behind it is taken: when
/// enough waits, the partition is to be paused, so that a spike waits in Kafka and not in memory.
/// </summary>
internal sealed class PartitionIntake
{
    /// <summary>Records that wait here before the partition is paused. Half of them are left when it is resumed: work for the time that the client takes to fetch the next.</summary>
    private const int Waiting = 4_096;

    /// <summary>Records that are offered together. An eighth of what may wait for an event, so that a backlog leaves room for whoever writes now.</summary>
    private const int Together = 512;

    /// <summary>How long the polling thread waits for room before it has the partition paused. A pause throws away what the client has fetched ahead, so one for each busy moment would cost more than it spares.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50), LongestWait = TimeSpan.FromSeconds(1);

    private readonly Channel<InRecord> _queue = Channel.CreateBounded<InRecord>(new BoundedChannelOptions(Waiting) { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _closing = new();
    // The one that did not fit; the client may have had a few more at hand when it was told to pause.
    private readonly Queue<InRecord> _kept = [];
    private readonly InTopicOptions _topic;
    private readonly Ingest.Ingest _ingest;
    private readonly EventDirectory _events;
    private readonly Profiles _profiles;
    private readonly DeadLetters _deadLetters;
    private readonly TimeProvider _time;
    private long _next = -1;

    public PartitionIntake(TopicPartition partition, InTopicOptions topic, Ingest.Ingest ingest, EventDirectory events, Profiles profiles, DeadLetters deadLetters, IMaterializer materializer, ProcessFault fault, TimeProvider time)
    {
        Partition = partition;
        (_topic, _ingest, _events, _profiles, _deadLetters, _time) = (topic, ingest, events, profiles, deadLetters, time);
        Ended = EndAsync(Source.UnfoldAsync(NotUsed.Instance, NextAsync).SelectAsync(1, TakeAsync).RunWith(Sink.Ignore<int>(), materializer), fault);
    }

    public TopicPartition Partition { get; }

    /// <summary>Done when it is closed and what was offered is answered.</summary>
    public Task Ended { get; }

    /// <summary>The offset of the first record that is not settled; negative before the first record.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>Whether the client was told to pause it, which only the polling thread does. The client may remember that of a time when this node had the partition before.</summary>
    public bool IsPaused { get; set; } = true;

    /// <summary>The last offset that was handed to the client to be committed. Only for the polling thread.</summary>
    public long Stored { get; set; } = -1;

    /// <summary>Adds a record; false when the partition is to be paused. Only for the polling thread.</summary>
    public bool Add(InRecord record)
    {
        if (Next < 0)
            Volatile.Write(ref _next, record.Origin.Offset.Value);
        if (_kept.Count == 0)
            for (var started = _time.GetTimestamp(); ; Thread.Sleep(1))
                if (_queue.Writer.TryWrite(record))
                    return true;
                else if (_time.GetElapsedTime(started) > Patience)
                    break;
        _kept.Enqueue(record);
        return false;
    }

    /// <summary>True when the partition is to be resumed. Only for the polling thread.</summary>
    public bool HasRoom()
    {
        if (_queue.Reader.Count > Waiting / 2)
            return false;
        while (_kept.TryPeek(out var record) && _queue.Writer.TryWrite(record))
            _kept.Dequeue();
        return _kept.Count == 0;
    }

    /// <summary>Takes nothing more; what was offered is still answered.</summary>
    public void Close()
    {
        _closing.Cancel();
        _queue.Writer.TryComplete();
    }

    private async Task<Option<(NotUsed, List<InRecord>)>> NextAsync(NotUsed state)
    {
        if (!await _queue.Reader.WaitToReadAsync() || _closing.IsCancellationRequested)
            return Option<(NotUsed, List<InRecord>)>.None;
        var taken = new List<InRecord>(Math.Min(Together, _queue.Reader.Count));
        while (taken.Count < Together && _queue.Reader.TryRead(out var record))
            taken.Add(record);
        return (state, taken);
    }

    private async Task<int> TakeAsync(List<InRecord> records)
    {
        foreach (var record in records)
            record.Read(_topic, _time);
        var (wait, open) = (ShortestWait, records.FindAll(static record => !record.IsDecided));
        await EnsureAccountsAsync(open);
        try
        {
            while (true)
            {
                await OfferAsync(open);
                await SettleAsync(records);
                var left = open.FindAll(static record => !record.IsDecided);
                if (left.Count == 0)
                    return records.Count;
                // An event that takes some of them is asked again soon, one that takes none ever later.
                wait = left.Count < open.Count ? ShortestWait : wait + wait < LongestWait ? wait + wait : LongestWait;
                open = left;
                await Task.Delay(wait, _time, _closing.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever has the partition next begins where this one stopped.
            return 0;
        }
    }

    /// <summary>People who write for the first time get their accounts together: in ingest each would wait for the store to flush the one before.</summary>
    private async Task EnsureAccountsAsync(List<InRecord> records)
    {
        try
        {
            foreach (var ofEvent in records.GroupBy(static record => record.VideoId))
                // Whoever writes into an unknown event gets no account by it.
                if (await _events.FindAsync(ofEvent.Key, _closing.Token) is not null)
                    await Task.WhenAll(ofEvent.Select(static record => record.Caller!).DistinctBy(static caller => caller.UserId).Select(caller => _profiles.EnsureAsync(caller, _closing.Token).AsTask()));
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            // Ingest finds out the same, and answers.
        }
    }

    /// <summary>Offers records to ingest, those of one event together; returns when each is answered.</summary>
    private async Task OfferAsync(List<InRecord> records)
    {
        if (records.Count == 0)
            return;
        var round = new Round(records.Count);
        foreach (var ofEvent in records.GroupBy(static record => record.VideoId))
        {
            var offer = _ingest.Offer(ofEvent.First());
            foreach (var record in ofEvent)
                record.AddTo(offer, round);
            await _ingest.TakeAsync(ofEvent.Key, offer);
        }
        await round.Done;
    }

    /// <summary>Puts away what is refused, and moves on to the first record that is not decided.</summary>
    private async Task SettleAsync(List<InRecord> records)
    {
        await Task.WhenAll(records.Where(static record => record is { Refusal: not null, IsSettled: false }).Select(record => _deadLetters.SendAsync(record, _closing.Token)));
        foreach (var record in records)
            record.IsSettled = record.IsDecided;
        var settled = records.FindIndex(static record => !record.IsSettled) is >= 0 and var first ? first : records.Count;
        if (settled > 0)
            Volatile.Write(ref _next, records[settled - 1].Origin.Offset.Value + 1);
    }

    private static async Task EndAsync(Task<Done> stream, ProcessFault fault)
    {
        try
        {
            await stream;
        }
        catch (Exception e)
        {
            fault.Raise(e);
        }
    }
}
