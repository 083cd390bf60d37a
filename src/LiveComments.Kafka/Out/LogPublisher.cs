using Confluent.Kafka;
using LiveComments.Accounts;
using LiveComments.Followers;
using LiveComments.Log;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Kafka.Out;

/// <summary>
/// Publishes every event's log, and the counts of reactions, to a topic: it follows the store from a position that is kept there after Kafka has acknowledged everything before it. So whatever
/// fails, nothing is left out, and what is published again is the same in the same order.
/// </summary>
internal sealed partial class LogPublisher(
    IOptions<KafkaOptions> options, IFollowerStore followers, IEventLog log, IReactionStore reactions, IAccountStore accounts, IDuty duty, KafkaMetrics metrics, TimeProvider time, ILogger<LogPublisher> logger) : BackgroundService
{
    /// <summary>How often it looks for what is new. Counts that change several times in between are published once.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    /// <summary>Events that are asked for at once, and those that are published beside each other: each waits for Kafka's acknowledgement.</summary>
    private const int EventsAtOnce = 256, BesideEachOther = 8;

    /// <summary>Entries, or tallies, that are read at once; and the tallies of one record, which has about 15 KB then.</summary>
    private const int ReadAtOnce = 1_000, TalliesOfRecord = 100;

    /// <summary>A topic of another name is followed anew.</summary>
    private readonly string _follower = $"kafka:{options.Value.Out}";

    /// <summary>The last change of accounts that was published; null until it is read.</summary>
    private long? _accounts;

    private IProducer<byte[], byte[]>? _producer;
    private long _completeAt = time.GetTimestamp();
    private volatile bool _isOurs;
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.ObserveOut(() => _isOurs ? time.GetElapsedTime(Volatile.Read(ref _completeAt)).TotalSeconds : 0);
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                if (duty.IsOurs)
                    await PublishAsync(stoppingToken);
                else
                    Rest();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            _producer?.Dispose();
        }
    }

    /// <summary>Another node publishes.</summary>
    private void Rest()
    {
        _isOurs = false;
        _accounts = null;
        Forget();
    }

    /// <summary>Publishes what is new in all events.</summary>
    private async Task PublishAsync(CancellationToken ct)
    {
        if (!_isOurs)
            Volatile.Write(ref _completeAt, time.GetTimestamp());
        _isOurs = true;
        // Never in vain: a record that timed out could come after a later one. Brokers that are away are waited for.
        _producer ??= new ProducerBuilder<byte[], byte[]>(ClientSettings.Producer(options.Value, TimeSpan.Zero)).SetLogHandler((_, message) => ClientSettings.Write(logger, message)).Build();
        Exception? failure = null;
        try
        {
            await PublishErasedAsync(_producer, ct);
            EventId? last = null;
            IReadOnlyList<FollowedEvent> page;
            do
            {
                page = await followers.BehindAsync(_follower, last, EventsAtOnce, ct);
                await Parallel.ForEachAsync(page, new ParallelOptions { MaxDegreeOfParallelism = BesideEachOther, CancellationToken = ct }, async (one, stop) =>
                {
                    try
                    {
                        await PublishAsync(_producer, one, stop);
                    }
                    catch (StoreUnavailableException e)
                    {
                        // An event that cannot be read keeps no other waiting.
                        failure = e;
                    }
                });
                last = page.Count > 0 ? page[^1].Id : null;
            }
            while (page.Count == EventsAtOnce);
        }
        catch (StoreUnavailableException e)
        {
            failure = e;
        }
        catch (KafkaException e)
        {
            // What is under way ends with the producer; a new one begins with what was kept.
            Forget();
            failure = e;
        }
        Tell(failure);
    }

    private void Tell(Exception? failure)
    {
        if (failure is null)
            Volatile.Write(ref _completeAt, time.GetTimestamp());
        if (failure is null && _failing)
            LogWorksAgain(logger);
        else if (failure is not null && !_failing)
            LogFails(logger, failure.Message);
        _failing = failure is not null;
    }

    private void Forget()
    {
        _producer?.Dispose();
        _producer = null;
    }

    /// <summary>Publishes whose accounts were erased. Their position is kept beside those of events.</summary>
    private async Task PublishErasedAsync(IProducer<byte[], byte[]> producer, CancellationToken ct)
    {
        var after = _accounts ??= (await followers.FindAsync(_follower, default, ct))?.Log.Seq ?? 0;
        var changes = await accounts.ChangesAsync(after, DateTimeOffset.MaxValue, ct);
        if (changes.Change == after)
            return;
        var erased = changes.Accounts.Where(account => account.Status == AccountStatus.Erased).Select(account => OutRecord.Erased(account.UserId, time.GetUtcNow())).ToList();
        if (erased.Count > 0)
            await SendAsync(producer, "erased", erased, ct);
        await followers.KeepAsync(_follower, default, new FollowerPosition(new Position(0, changes.Change), 0), ct);
        _accounts = changes.Change;
    }

    private async Task PublishAsync(IProducer<byte[], byte[]> producer, FollowedEvent one, CancellationToken ct)
    {
        var id = one.Id;
        if (one.Head is not { } head)
        {
            await SendAsync(producer, "deleted", [OutRecord.Deleted(id, time.GetUtcNow())], ct);
            await followers.ForgetAsync(_follower, id, ct);
            return;
        }
        var reached = one.Reached ?? new FollowerPosition(new Position(head.Epoch, 0), 0);
        if (reached.Log.Epoch != head.Epoch)
        {
            await SendAsync(producer, "reset", [OutRecord.Reset(id, head.Epoch, time.GetUtcNow())], ct);
            reached = new FollowerPosition(new Position(head.Epoch, 0), 0);
            await followers.KeepAsync(_follower, id, reached, ct);
        }
        while (true)
        {
            // Read before the log, so that every comment in them is published before its counts.
            var tallies = await reactions.ChangedAsync(id, reached.ReactionVersion, ReadAtOnce, ct);
            LogPage? page;
            do
            {
                page = await log.ReadAsync(id, reached.Log.Seq, ReadAtOnce, ct);
                // A log that was deleted or begun anew meanwhile is found so the next time.
                if (page is null || page.Head.Epoch != reached.Log.Epoch)
                    return;
                if (page.Entries.Count == 0)
                    break;
                await SendAsync(producer, "entry", [.. page.Entries.Select(entry => OutRecord.Of(id, reached.Log.Epoch, entry))], ct);
                reached = reached with { Log = reached.Log with { Seq = page.Entries[^1].Seq } };
                await followers.KeepAsync(_follower, id, reached, ct);
            }
            while (page.Entries.Count == ReadAtOnce);
            if (tallies.Count == 0)
            {
                // A log whose first entry is still to come is known from now on.
                if (one.Reached is null && reached.Log.Seq == 0)
                    await followers.KeepAsync(_follower, id, reached, ct);
                return;
            }
            await SendAsync(producer, "reactions", [.. tallies.Chunk(TalliesOfRecord).Select(some => OutRecord.Of(id, some, time.GetUtcNow()))], ct);
            reached = reached with { ReactionVersion = tallies[^1].Tally.Version };
            await followers.KeepAsync(_follower, id, reached, ct);
            if (tallies.Count < ReadAtOnce)
                return;
        }
    }

    /// <summary>Produces records in their order; returns when Kafka has acknowledged all of them.</summary>
    /// <exception cref="KafkaException"/>
    private async Task SendAsync(IProducer<byte[], byte[]> producer, string kind, IReadOnlyList<Message<byte[], byte[]>> records, CancellationToken ct)
    {
        var shipment = new Shipment(records.Count);
        foreach (var record in records)
            producer.Produce(options.Value.Out, record, shipment.Report);
        await shipment.Done.WaitAsync(ct);
        metrics.Published(kind, records.Count);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Publishing to Kafka waits: {Reason}")]
    private static partial void LogFails(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Publishing to Kafka goes on")]
    private static partial void LogWorksAgain(ILogger logger);
}
