using System.Threading.Channels;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Telemetry;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace LiveComments.Redis;

/// <summary>
/// Writes what the events' actors of this node have placed, one round after the other: the calls of one round are under way together, and nobody waits for them. Where Redis says that something is missing (a write was lost, Redis
/// was emptied, the event is new to it), the newest page of the store becomes the beginning. Events of which a write failed are dropped as soon as Redis answers again.
/// </summary>
internal sealed class HotWriter(RedisClient redis, HotKeys keys, IEventLog log, IReactionStore reactions, HotMetrics metrics, ProcessFault fault, TimeProvider time) : BackgroundService
{
    /// <summary>Entries that are kept of an event: 3 MB with comments of 100 characters.</summary>
    internal const int Entries = 10_000;

    /// <summary>Things that wait to be written: seconds of a node's traffic. What does not fit is lost here.</summary>
    private const int Waiting = 4_096;

    /// <summary>Things of one round, entries of one call, and events that are begun anew in one round, which cost the store a page each.</summary>
    private const int Round = 512, AtOnce = 1_000, Refills = 16;

    /// <summary>Entries of the page that an event begins with.</summary>
    private const int Page = 512;

    /// <summary>Events of which a write failed. When there are more, all that Redis has are dropped.</summary>
    private const int MaxDropped = 10_000;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(1), Rest = TimeSpan.FromSeconds(1), RefillRest = TimeSpan.FromSeconds(5), SayAgain = TimeSpan.FromHours(1);

    private readonly Channel<HotNews> _news = Channel.CreateBounded<HotNews>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    private readonly Lock _lock = new();
    private readonly HashSet<EventId> _dropped = [];
    private readonly Dictionary<EventId, long> _refilled = [];
    private readonly Dictionary<EventId, long> _said = [];
    private bool _dropAll;

    /// <summary>Never waits.</summary>
    public void Add(HotNews news)
    {
        if (_news.Writer.TryWrite(news))
            return;
        metrics.Lost(1);
        Drop(news.Event);
    }

    /// <summary>Has what is kept of an event dropped as soon as Redis answers.</summary>
    public void Drop(EventId id)
    {
        lock (_lock)
            if (_dropped.Count < MaxDropped)
                _dropped.Add(id);
            else
                _dropAll = true;
    }

    /// <summary>For tests: as if the time between two pages of one event had passed.</summary>
    internal void ForgetRests() => _refilled.Clear();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (Task<bool>? more = null; ;)
            {
                more ??= _news.Reader.WaitToReadAsync(stoppingToken).AsTask();
                if (HasDropped)
                    await Task.WhenAny(more, Task.Delay(Rest, time, stoppingToken));
                else
                    await more;
                stoppingToken.ThrowIfCancellationRequested();
                if (more.IsCompleted)
                    more = null;
                await DropAsync(stoppingToken);
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            fault.Raise(e);
        }
    }

    private bool HasDropped
    {
        get
        {
            lock (_lock)
                return _dropAll || _dropped.Count > 0;
        }
    }

    /// <summary>One round.</summary>
    internal async Task WriteAsync(CancellationToken ct)
    {
        var round = new OrderedDictionary<EventId, List<HotNews>>();
        for (var count = 0; count < Round && _news.Reader.TryRead(out var news); count++)
        {
            if (!round.TryGetValue(news.Event, out var ofEvent))
                round.Add(news.Event, ofEvent = []);
            ofEvent.Add(news);
        }
        if (round.Count == 0)
            return;
        try
        {
            var answers = await redis.AskAsync(database => Task.WhenAll(round.Select(one => WriteAsync(database, one.Key, one.Value))));
            await SayAsync([.. answers.Where(answer => !_said.TryGetValue(answer.Event, out var said) || time.GetElapsedTime(said) > SayAgain).Select(static answer => answer.Event)], answers[0].At);
            foreach (var (id, _, at) in answers.Where(static answer => answer.IsMissing).Take(Refills))
                await RefillAsync(id, at, ct);
        }
        catch (RedisAwayException)
        {
            metrics.Lost(round.Sum(static one => one.Value.Count));
            foreach (var id in round.Keys)
                Drop(id);
        }
    }

    /// <summary>Drops events of which a write failed; later when Redis does not answer.</summary>
    internal async Task DropAsync(CancellationToken ct)
    {
        EventId[] dropped;
        bool all;
        lock (_lock)
            (dropped, all) = ([.. _dropped], _dropAll);
        if (dropped.Length == 0 && !all)
            return;
        try
        {
            if (all)
                dropped = [.. dropped.Concat((await redis.AskAsync(database => database.SortedSetRangeByRankAsync(keys.Events))).Select(static one => EventId.TryParse(one.ToString(), out var id) ? id : default))];
            foreach (var some in dropped.Chunk(AtOnce))
                await redis.AskAsync(database => Task.WhenAll(some.Select(id => database.ScriptEvaluateAsync(HotScripts.Forget, keys.Of(id)))));
            lock (_lock)
            {
                _dropped.ExceptWith(dropped);
                _dropAll &= !all;
            }
        }
        catch (RedisAwayException)
        {
            // Tried again.
        }
        ct.ThrowIfCancellationRequested();
    }

    /// <returns>Whether Redis has not what came before, and its time.</returns>
    private async Task<(EventId Event, bool IsMissing, long At)> WriteAsync(IDatabase database, EventId id, IReadOnlyList<HotNews> news)
    {
        // Under way one behind the other on one connection, so Redis runs them in this order.
        var calls = new List<Task<RedisResult>>();
        var (entries, epoch) = (new List<Entry>(), 0L);
        foreach (var one in news)
        {
            if (entries.Count > 0 && (one.Entries.Count == 0 || one.Epoch != epoch || entries.Count + one.Entries.Count > AtOnce))
            {
                calls.Add(WriteAsync(database, id, epoch, entries));
                entries = [];
            }
            if (one.Forgets)
                calls.Add(database.ScriptEvaluateAsync(HotScripts.Forget, keys.Of(id)));
            else if (one.Tallies.Count > 0)
                calls.Add(CallAsync(database, id, ["", Entries, (long)Kept.TotalSeconds, "", "", 0], [.. one.Tallies.OrderBy(static tally => tally.Tally.Version)]));
            entries.AddRange(one.Entries);
            epoch = one.Entries.Count > 0 ? one.Epoch : epoch;
        }
        if (entries.Count > 0)
            calls.Add(WriteAsync(database, id, epoch, entries));
        var answer = (RedisResult[])(await Task.WhenAll(calls))[^1]!;
        return (id, (int)answer[0] == HotScripts.Missing, (long)answer[1]);
    }

    private Task<RedisResult> WriteAsync(IDatabase database, EventId id, long epoch, IReadOnlyList<Entry> entries) =>
        CallAsync(database, id, [epoch, Entries, (long)Kept.TotalSeconds, "", "", entries.Count], [], entries);

    private Task<RedisResult> CallAsync(IDatabase database, EventId id, List<RedisValue> arguments, IReadOnlyList<CommentTally> tallies, IReadOnlyList<Entry>? entries = null)
    {
        foreach (var entry in entries ?? [])
            HotForm.Add(arguments, entry);
        foreach (var tally in tallies)
            HotForm.Add(arguments, tally);
        return database.ScriptEvaluateAsync(HotScripts.Write, keys.Of(id), [.. arguments]);
    }

    /// <summary>Begins an event anew with the newest page of the store, which has everything as it is now.</summary>
    /// <param name="at">The time of Redis when it was seen that something is missing.</param>
    private async Task RefillAsync(EventId id, long at, CancellationToken ct)
    {
        var now = time.GetTimestamp();
        if (_refilled.TryGetValue(id, out var before) && time.GetElapsedTime(before, now) < RefillRest)
            return;
        if (_refilled.Count > MaxDropped)
            _refilled.Clear();
        _refilled[id] = now;
        try
        {
            // Before the page: its counts are those of this version or later ones.
            var version = (await reactions.TotalAsync(id, ct)).Version;
            if (await log.ReadLatestAsync(id, long.MaxValue, Page, ct) is not { Entries.Count: > 0 } page)
                return;
            metrics.Refilled();
            await SayAsync([id], at);
            await redis.AskAsync(database => CallAsync(database, id, [page.Head.Epoch, Entries, (long)Kept.TotalSeconds, at, version, page.Entries.Count], [], page.Entries));
        }
        catch (StoreUnavailableException)
        {
            // With the next write.
        }
    }

    /// <summary>Names events of which something is kept, or is in a moment: what is not named would not be found by who erases.</summary>
    /// <param name="at">The time of Redis.</param>
    private async Task SayAsync(IReadOnlyCollection<EventId> events, long at)
    {
        if (events.Count == 0)
            return;
        await redis.AskAsync(async database =>
        {
            var added = database.SortedSetAddAsync(keys.Events, [.. events.Select(id => new SortedSetEntry(id.ToString(), at))]);
            await database.SortedSetRemoveRangeByScoreAsync(keys.Events, double.NegativeInfinity, at - 2 * Kept.TotalMilliseconds);
            return await added;
        });
        if (_said.Count > MaxDropped)
            _said.Clear();
        foreach (var id in events)
            _said[id] = time.GetTimestamp();
    }
}
