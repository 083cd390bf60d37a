using LiveComments.Caching;
using LiveComments.Comments;
using LiveComments.Log;
using LiveComments.Stores;

namespace LiveComments.Cassandra;

/// <summary>Logs in Cassandra, in buckets of consecutive entries. The head of the last bucket orders what is written, by conditional writes: see docs/decisions/the-log-on-cassandra.md.</summary>
internal sealed class CassandraEventLog : IEventLog
{
    /// <summary>Logs whose ends this node remembers: a line each.</summary>
    private const int Remembered = 10_000;

    private readonly CassandraDatabase _database;
    private readonly EventLanes<EntryDraft, AppendResult> _lanes;
    private readonly BoundedCache<EventId, LogHeadRow> _heads = new(Remembered);
    private readonly TimeProvider _time;

    public CassandraEventLog(CassandraDatabase database, TimeProvider time)
    {
        (_database, _time) = (database, time);
        _lanes = new EventLanes<EntryDraft, AppendResult>(PlaceAsync, Half, database.Options.Calls, database.Options.AppendTogether);
    }

    /// <summary>Half of the time is for waiting, half for the work.</summary>
    private TimeSpan Half => _database.Options.Timeout / 2;

    public async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct)
    {
        if (drafts.Count > _database.Options.BucketSize)
            throw new ArgumentException($"A log takes {_database.Options.BucketSize} drafts at once, not {drafts.Count}.", nameof(drafts));
        return drafts.Count == 0 ? [] : await _lanes.WriteAsync(id, drafts, ct);
    }

    public async ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) =>
        await ReadAsync(id, head => (Math.Min(afterSeq, head.Seq) + 1, Math.Min(head.Seq, Math.Min(afterSeq, head.Seq) + limit)), ct);

    public async ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct) =>
        await ReadAsync(id, head => Math.Min(beforeSeq - 1, head.Seq) is var last ? (Math.Max(1, last - limit + 1), last) : default, ct);

    public async ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) =>
        await AskAsync(async store =>
        {
            var heads = new System.Collections.Concurrent.ConcurrentDictionary<EventId, LogHead>();
            await LogStore.EachAsync(ids.Distinct(), async id =>
            {
                if (await FindAsync(store, id, ct) is { } head)
                    heads[id] = new LogHead(head.Head, head.Status, head.Time, head.Pinned is { } pinned ? await StandingAsync(store, head, pinned, ct) : null,
                        await StagedAsync(store, head, ct) is { } staged ? await StandingAsync(store, head, staged, ct) : null);
            }, ct);
            return heads;
        }, writes: false, ct);

    public async ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => await _database.AskReactionsAsync(async rows =>
    {
        await LogSweep.CloseAsync(rows, id, ct);
        _heads.Remove(id);
        return await LogSweep.StepAsync(rows, ct);
    }, writes: true, ct);

    private async Task<LogPage?> ReadAsync(EventId id, Func<LogHeadRow, (long First, long Last)> range, CancellationToken ct) => await AskAsync(async store =>
    {
        if (await FindAsync(store, id, ct) is not { } head)
            return null;
        var (first, last) = range(head);
        if (first > last)
            return new LogPage([], head.Head);
        var (reading, changes) = (store.ReadRowsAsync(_database.Logs.ReadEntries, head, first, last, ct), store.ReadStatesAsync(head, first, last, ct));
        await Task.WhenAll(reading, changes);
        var (rows, states) = (await reading, await changes);
        var entries = new List<Entry>(rows.Count);
        foreach (var row in rows)
            entries.Add(await NameAsync(store, head, EntryRow.ReadEntry(row, head.Epoch, states.GetValueOrDefault(EntryRow.SeqOf(row))), ct));
        var statuses = (await store.WithStatusAsync(id, head.Epoch, [.. entries.OfType<CommentEntry>().Where(written => written.Comment.Question is not null).Select(written => written.Comment)], ct))
            .ToDictionary(comment => comment.Id);
        if (statuses.Count > 0)
            entries = entries.ConvertAll(entry => entry is CommentEntry written && statuses.TryGetValue(written.Comment.Id, out var question) ? written with { Comment = question } : entry);
        // The nodes that told of the head may have had more than those that told of the entries: then the log ends where these end.
        return new LogPage(entries, rows.Count < last - first + 1 ? head.Head with { Seq = first + rows.Count - 1 } : head.Head);
    }, writes: false, ct);

    /// <summary>What is on stage, also by entries from which nothing else has followed yet.</summary>
    private async Task<CommentId?> StagedAsync(LogStore store, LogHeadRow head, CancellationToken ct)
    {
        var staged = await store.FindStagedAsync(head, ct);
        foreach (var entry in (await store.ReadRowsAsync(_database.Logs.ReadEntries, head, head.Settled + 1, head.Seq, ct)).Select(EntryRow.ReadFacts))
            if (entry.Kind == EntryKind.Card && CardJson.Read(entry.Payload!) is { Type: Card.Stage } card)
                staged = card.Staged();
        return staged;
    }

    /// <summary>Fills in the comment that an entry pinned, restored or put on stage. One that was removed since is left out.</summary>
    private static async Task<Entry> NameAsync(LogStore store, LogHeadRow head, (Entry Entry, CommentId? Named) read, CancellationToken ct) => read switch
    {
        { Entry: PinnedEntry pin, Named: { } id } => pin with { Comment = await StandingAsync(store, head, id, ct) },
        { Entry: CardEntry card, Named: { } id } => card with { Comment = await StandingAsync(store, head, id, ct) },
        { Entry: RestoredEntry restored, Named: { } id } => await StandingAsync(store, head, id, ct) is { } comment ? restored with { Comment = comment } : new RemovedEntry(restored.Seq, restored.Time, id),
        _ => read.Entry,
    };

    /// <summary>A comment that was not removed.</summary>
    private static async Task<Comment?> StandingAsync(LogStore store, LogHeadRow head, CommentId id, CancellationToken ct) =>
        await store.FindCommentAsync(head, id, ct) is { Removal: null } found && await store.ReadCommentAsync(head, found.Position.Seq, ct) is { Removal: null } read ? read.Comment : null;

    private async Task<LogHeadRow?> FindAsync(LogStore store, EventId id, CancellationToken ct) => await store.FindAsync(id, _heads.TryGet(id, out var hint) ? hint : null, ct);

    private async Task<IReadOnlyList<AppendResult>> PlaceAsync(EventId id, IReadOnlyList<EntryDraft> drafts)
    {
        LogAppend? append = null;
        using var limit = new CancellationTokenSource(Half, TimeProvider.System);
        var isDone = false;
        try
        {
            return await AskAsync(async store =>
            {
                append = new LogAppend(store, id, drafts, DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds()));
                var (results, head) = await append.RunAsync(_heads.TryGet(id, out var known) ? known : null, limit.Token);
                if (head is not null)
                {
                    _heads.Set(id, head, _heads.Stamp);
                    isDone = true;
                }
                return results;
            }, writes: false, limit.Token);
        }
        catch (StoreUnavailableException e) when (append is { MayHaveWritten: true })
        {
            throw new StoreUnavailableException(e.Message, outcomeUnknown: true, e);
        }
        catch (OperationCanceledException e)
        {
            throw new StoreUnavailableException("Cassandra did not answer in time.", append is { MayHaveWritten: true }, e);
        }
        finally
        {
            // What was not settled is found, and settled, when the end is read again.
            if (!isDone)
                _heads.Remove(id);
        }
    }

    private Task<T> AskAsync<T>(Func<LogStore, Task<T>> call, bool writes, CancellationToken ct) => _database.AskLogsAsync(call, writes, ct);
}
