using LiveComments.Log;
using LiveComments.Reactions;
using StackExchange.Redis;

namespace LiveComments.Redis;

/// <summary>The newest entries of events in Redis: see <see cref="HotScripts"/> for their form, and <see cref="HotWriter"/> for how they get there.</summary>
internal sealed class RedisHotEntries(RedisClient redis, HotKeys keys, HotWriter writer, HotMetrics metrics, TimeProvider time) : IHotEntries
{
    /// <summary>An entry that is committed is a moment later in Redis: a reader that finds the one before waits as long, twice at most.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(15);

    private const int Looks = 3, AtOnce = 500;

    public void Placed(EventId id, long epoch, IReadOnlyList<Entry> entries) => writer.Add(new HotNews(id, epoch, entries, []));

    public void Counted(EventId id, IReadOnlyList<CommentTally> tallies) => writer.Add(new HotNews(id, 0, [], tallies));

    public void Forget(EventId id) => writer.Add(new HotNews(id, 0, [], []));

    public async ValueTask EraseAsync(EventId id, IReadOnlyCollection<CommentId> removed)
    {
        try
        {
            await redis.AskAsync(database => database.ScriptEvaluateAsync(HotScripts.Erase, keys.Of(id), [.. removed.Select(HotForm.Name)]));
        }
        catch (RedisAwayException)
        {
            writer.Drop(id);
        }
    }

    public async ValueTask<HotPage?> ReadAsync(EventId id, Position reaches, long afterSeq, int limit, CancellationToken ct)
    {
        try
        {
            for (var look = 1; ; look++)
            {
                var answer = (RedisResult[])(await redis.AskAsync(database => database.ScriptEvaluateAsync(HotScripts.Read, keys.Of(id), [reaches.Epoch, reaches.Seq, afterSeq, limit])))!;
                if (HotForm.Read(answer, afterSeq) is { Entries.Count: > 0 } page)
                {
                    metrics.Read(isHit: true);
                    return page;
                }
                if (look == Looks || (long)answer[0] < 0 || (long)answer[0] >= reaches.Seq)
                    break;
                await Task.Delay(Moment, time, ct);
            }
        }
        catch (RedisAwayException)
        {
            // The store is asked.
        }
        metrics.Read(isHit: false);
        return null;
    }

    public async ValueTask ForgetAllAsync(CancellationToken ct)
    {
        try
        {
            // Their names stay: an event may be begun anew meanwhile.
            foreach (var events in (await redis.AskAsync(database => database.SortedSetRangeByRankAsync(keys.Events))).Chunk(AtOnce))
            {
                ct.ThrowIfCancellationRequested();
                await redis.AskAsync(database => Task.WhenAll(events.Select(static one => EventId.TryParse(one.ToString(), out var id) ? id : default).Select(id => database.ScriptEvaluateAsync(HotScripts.Forget, keys.Of(id)))));
            }
        }
        catch (RedisAwayException e)
        {
            throw new StoreUnavailableException("Redis does not answer, and may have what is to be erased.", inner: e);
        }
    }
}
