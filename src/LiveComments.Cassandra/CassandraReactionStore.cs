using System.Collections.Concurrent;
using LiveComments.Caching;
using LiveComments.Reactions;
using LiveComments.Stores;

namespace LiveComments.Cassandra;

/// <summary>Reactions in Cassandra. One row of each event orders what is written, by conditional writes: see docs/decisions/the-log-on-cassandra.md.</summary>
internal sealed class CassandraReactionStore : IReactionStore
{
    /// <summary>Events whose last write this node remembers: a line each, because what it changed is written.</summary>
    private const int Remembered = 10_000;

    private readonly CassandraDatabase _database;
    private readonly EventLanes<ReactionDraft, ReactionResult> _lanes;
    private readonly BoundedCache<EventId, ReactionHead> _heads = new(Remembered);
    private readonly TimeProvider _time;

    public CassandraReactionStore(CassandraDatabase database, TimeProvider time)
    {
        (_database, _time) = (database, time);
        _lanes = new EventLanes<ReactionDraft, ReactionResult>(ApplyAsync, Half, database.Options.Calls, database.Options.ReactTogether);
    }

    /// <summary>Half of the time is for waiting, half for the work.</summary>
    private TimeSpan Half => _database.Options.Timeout / 2;

    public async ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct) =>
        drafts.Count == 0 ? [] : await _lanes.WriteAsync(id, drafts, ct);

    public async ValueTask<IReadOnlyList<CommentTally>> ChangedAsync(EventId id, long afterVersion, int limit, CancellationToken ct) => await AskAsync<IReadOnlyList<CommentTally>>(id, async (rows, head) =>
    {
        var changed = new List<CommentTally>();
        // The rows of the last write may not be there yet, so what it says itself counts.
        var last = head.Last.ToDictionary(comment => comment.Seq, comment => comment.Tally.Version);
        await foreach (var some in ChunksAsync(rows.ChangesAsync(head, afterVersion, ct), Math.Clamp(limit, 16, 500)))
        {
            // A comment that has changed since is told of later.
            var states = await rows.Logs.ReadStatesAsync(id, head.Epoch, some.Where(change => !last.ContainsKey(change.Seq)).Select(change => change.Seq), ct);
            foreach (var change in some)
                if (change.Version == (last.TryGetValue(change.Seq, out var version) ? version : states.GetValueOrDefault(change.Seq).Tally.Version))
                {
                    changed.Add(new CommentTally(change.Comment, new ReactionTally(change.Version, change.Counts)));
                    if (changed.Count == limit)
                        return changed;
                }
        }
        return changed;
    }, [], ct);

    public async ValueTask<ReactionTotal> TotalAsync(EventId id, CancellationToken ct) => await AskAsync(id, (_, head) => Task.FromResult(new ReactionTotal(head.Version, head.Total)), default, ct);

    public async ValueTask<IReadOnlyDictionary<CommentId, ReactionType>> GivenByAsync(EventId id, UserId userId, IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        await AskAsync<IReadOnlyDictionary<CommentId, ReactionType>>(id, async (rows, head) =>
        {
            var given = new ConcurrentDictionary<CommentId, ReactionType>();
            await LogStore.EachAsync(await rows.Logs.FindPlacesAsync(id, head.Epoch, comments, ct), async place =>
            {
                if ((await rows.FindGivenAsync(id, head.Epoch, place.Value, [userId], ct)).TryGetValue(userId, out var type))
                    given[place.Key] = type;
            }, ct);
            return given;
        }, new Dictionary<CommentId, ReactionType>(), ct);

    private static async IAsyncEnumerable<List<PastChange>> ChunksAsync(IAsyncEnumerable<PastChange> changes, int size)
    {
        var some = new List<PastChange>(size);
        await foreach (var change in changes)
        {
            some.Add(change);
            if (some.Count < size)
                continue;
            yield return some;
            some = new List<PastChange>(size);
        }
        if (some.Count > 0)
            yield return some;
    }

    private Task<T> AskAsync<T>(EventId id, Func<ReactionRows, ReactionHead, Task<T>> ask, T none, CancellationToken ct) => _database.AskReactionsAsync(async rows =>
        await rows.Logs.FindEpochAsync(id, ct) is { } epoch && await rows.ReadHeadAsync(id, epoch, ct) is { Version: > 0 } head ? await ask(rows, head) : none, writes: false, ct);

    private async Task<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts)
    {
        using var limit = new CancellationTokenSource(Half, TimeProvider.System);
        ReactionHead? end = null;
        try
        {
            return await _database.AskReactionsAsync(async rows =>
            {
                var (results, head) = await new ReactionApply(rows, id, drafts, _time.GetUtcNow()).RunAsync(_heads.TryGet(id, out var known) ? known : null, limit.Token);
                end = head;
                return results;
            }, writes: true, limit.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new StoreUnavailableException("Cassandra did not answer in time.", outcomeUnknown: true, e);
        }
        finally
        {
            // What was left when it failed is found, and finished, when the last write is read again.
            if (end is null)
                _heads.Remove(id);
            else
                _heads.Set(id, end with { Last = [] }, _heads.Stamp);
        }
    }
}
