using Confluent.Kafka;
using LiveComments.Accounts;
using LiveComments.Followers;
using LiveComments.Log;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Kafka.Out;

/// <summary>
/// Publishes every event's log, and the counts of reactions, to a topic: it follows the store from a position that is kept there after Kafka has acknowledged everything before it. So whatever
/// fails, nothing is left out, and what is published again is the same in the same order.
/// </summary>
internal sealed class LogPublisher(
    IOptions<KafkaOptions> options, IFollowerStore followers, IEventLog log, IReactionStore reactions, IAccountStore accounts, IDuty duty, KafkaMetrics metrics, TimeProvider time, ILogger<LogPublisher> logger)
    // A topic of another name is followed anew. Counts that change several times between two rounds are published once.
    : Follower($"kafka:{options.Value.Out}", "Publishing to Kafka", TimeSpan.FromMilliseconds(500), followers, duty, time, logger)
{
    /// <summary>Events that are published beside each other: each waits for Kafka's acknowledgement.</summary>
    private const int BesideEachOther = 8;

    /// <summary>Entries, or tallies, that are read at once; and the tallies of one record, which has about 15 KB then.</summary>
    private const int ReadAtOnce = 1_000, TalliesOfRecord = 100;

    /// <summary>The last change of accounts that was published; null until it is read.</summary>
    private long? _accounts;

    private IProducer<byte[], byte[]>? _producer;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.ObserveOut(() => Delay);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await base.ExecuteAsync(stoppingToken);
        }
        finally
        {
            _producer?.Dispose();
        }
    }

    protected override void Rest()
    {
        _accounts = null;
        Forget();
    }

    protected override bool IsOutage(Exception exception) => exception is KafkaException || base.IsOutage(exception);

    public override async Task FollowAsync(CancellationToken ct)
    {
        // Never in vain: a record that timed out could come after a later one. Brokers that are away are waited for.
        _producer ??= new ProducerBuilder<byte[], byte[]>(ClientSettings.Producer(options.Value, TimeSpan.Zero)).SetLogHandler((_, message) => ClientSettings.Write(Logger, message)).Build();
        Exception? failure = null;
        try
        {
            await PublishErasedAsync(_producer, ct);
            await foreach (var page in BehindAsync(ct))
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
        }
        catch (KafkaException)
        {
            // What is under way ends with the producer; a new one begins with what was kept.
            Forget();
            throw;
        }
        if (failure is not null)
            throw new StoreUnavailableException(failure.Message, inner: failure);
    }

    private void Forget()
    {
        _producer?.Dispose();
        _producer = null;
    }

    /// <summary>Publishes whose accounts were erased. Their position is kept beside those of events.</summary>
    private async Task PublishErasedAsync(IProducer<byte[], byte[]> producer, CancellationToken ct)
    {
        var after = _accounts ??= (await Store.FindAsync(Name, default, ct))?.Log.Seq ?? 0;
        var changes = await accounts.ChangesAsync(after, DateTimeOffset.MaxValue, ct);
        if (changes.Change == after)
            return;
        var erased = changes.Accounts.Where(account => account.Status == AccountStatus.Erased).Select(account => OutRecord.Erased(account.UserId, Time.GetUtcNow())).ToList();
        if (erased.Count > 0)
            await SendAsync(producer, "erased", erased, ct);
        await Store.KeepAsync(Name, default, new FollowerPosition(new Position(0, changes.Change), 0), ct);
        _accounts = changes.Change;
    }

    private async Task PublishAsync(IProducer<byte[], byte[]> producer, FollowedEvent one, CancellationToken ct)
    {
        var id = one.Id;
        if (one.Head is not { } head)
        {
            await SendAsync(producer, "deleted", [OutRecord.Deleted(id, Time.GetUtcNow())], ct);
            await Store.ForgetAsync(Name, id, ct);
            return;
        }
        var reached = one.Reached ?? new FollowerPosition(new Position(head.Epoch, 0), 0);
        if (reached.Log.Epoch != head.Epoch)
        {
            await SendAsync(producer, "reset", [OutRecord.Reset(id, head.Epoch, Time.GetUtcNow())], ct);
            reached = new FollowerPosition(new Position(head.Epoch, 0), 0);
            await Store.KeepAsync(Name, id, reached, ct);
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
                await Store.KeepAsync(Name, id, reached, ct);
            }
            while (page.Entries.Count == ReadAtOnce);
            if (tallies.Count == 0)
            {
                // A log whose first entry is still to come is known from now on.
                if (one.Reached is null && reached.Log.Seq == 0)
                    await Store.KeepAsync(Name, id, reached, ct);
                return;
            }
            await SendAsync(producer, "reactions", [.. tallies.Chunk(TalliesOfRecord).Select(some => OutRecord.Of(id, some, Time.GetUtcNow()))], ct);
            reached = reached with { ReactionVersion = tallies[^1].Tally.Version };
            await Store.KeepAsync(Name, id, reached, ct);
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
}
