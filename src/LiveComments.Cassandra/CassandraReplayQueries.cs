using LiveComments.Cassandra.Cql;
using LiveComments.Replay;

namespace LiveComments.Cassandra;

/// <summary>Spans of a log by time. The log is ordered by time, and so are the changes of reactions by version.</summary>
internal sealed class CassandraReplayQueries(CassandraDatabase database) : IReplayQueries
{
    public async ValueTask<IReadOnlyList<ReplayActivity>> ActivityAsync(EventId id, DateTimeOffset from, TimeSpan interval, int count, CancellationToken ct) => await database.AskReactionsAsync<IReadOnlyList<ReplayActivity>>(async rows =>
    {
        if (await rows.Logs.FindAsync(id, null, ct) is not { } head)
            return [];
        var last = await rows.ReadHeadAsync(id, head.Epoch, ct);
        var (reads, seqs, changes) = (new CommentReads(rows.Logs), new long[count + 1], new long[count + 1]);
        await LogStore.EachAsync(Enumerable.Range(0, count + 1), async place =>
        {
            var time = from + (interval * place);
            seqs[place] = await reads.LastBeforeAsync(head, time, ct);
            changes[place] = (await rows.LastBeforeAsync(last, time.ToUnixTimeSeconds(), ct)).Changes;
        }, ct);
        var activity = new ReplayActivity[count];
        for (var place = 0; place < count; place++)
            activity[place] = new ReplayActivity(seqs[place + 1] - seqs[place], changes[place + 1] - changes[place]);
        // Those that are not comments, and removed ones, are few and have a table, so comments are counted by subtracting them.
        var at = 0;
        for (var bucket = rows.Logs.BucketOf(seqs[0] + 1); bucket <= rows.Logs.BucketOf(seqs[^1]); bucket++)
            await foreach (var row in rows.Logs.RowsAsync(rows.Logs.Tables.ReadOthers, ct, id.Value, head.Epoch, bucket, seqs[0], seqs[^1]))
            {
                while (row.GetLong(0) > seqs[at + 1])
                    at++;
                activity[at] = activity[at] with { Comments = activity[at].Comments - 1 };
            }
        return activity;
    }, writes: false, ct);

    public async ValueTask<ReplayPage> PageAsync(EventId id, DateTimeOffset from, DateTimeOffset to, ReplayCursor after, int limit, CancellationToken ct) => await database.AskReactionsAsync(async rows =>
    {
        if (await rows.Logs.FindAsync(id, null, ct) is not { } head)
            return new ReplayPage([], [], null);
        var reads = new CommentReads(rows.Logs);
        var (before, last) = (await reads.LastBeforeAsync(head, from, ct), await reads.LastBeforeAsync(head, to, ct));
        var (comments, _) = await reads.ReadAsync(head, Math.Max(after.Seq, before), last + 1, newest: false, limit + 1, null, ct);
        // A second counts at its end, so that a comment's counts never come before the comment.
        var (first, end) = (from.ToUnixTimeSeconds(), to.ToUnixTimeSeconds());
        var start = (Second: first - 1, Seq: long.MaxValue);
        if ((after.Second, after.CountsSeq).CompareTo(start) > 0)
            start = (after.Second, after.CountsSeq);
        var counts = await CountsAsync(rows, id, head.Epoch, start, end, limit + 1, ct);
        var next = comments.Count <= limit && counts.Count <= limit ? (ReplayCursor?)null : new ReplayCursor(
            comments.Count > limit ? comments[limit - 1].Position.Seq : last,
            counts.Count > limit ? counts[limit - 1].Second : end,
            counts.Count > limit ? counts[limit - 1].Seq : 0);
        return new ReplayPage([.. comments.Take(limit)],
            [.. counts.Take(limit).Select(change => new PastCounts(DateTimeOffset.FromUnixTimeMilliseconds((change.Second * 1000) + 999), change.Comment, change.Counts))], next);
    }, writes: false, ct);

    public async ValueTask<IReadOnlyList<StagedComment>> StagedAsync(EventId id, int limit, CancellationToken ct) => await database.AskLogsAsync<IReadOnlyList<StagedComment>>(async store =>
    {
        if (await store.FindEpochAsync(id, ct) is not { } epoch)
            return [];
        var rows = new List<Row>();
        await foreach (var row in store.RowsAsync(store.Tables.ReadStages, ct, id.Value, epoch, limit))
            rows.Add(row);
        rows.Reverse();
        var places = await store.FindPlacesAsync(id, epoch, rows.Where(row => !row.IsNull(2)).Select(row => new CommentId(row.GetGuid(2))), ct);
        var comments = await store.ReadCommentsAsync(id, epoch, [.. places.Values], ct);
        return [.. rows.Select(row => new StagedComment(row.GetTime(1),
            !row.IsNull(2) && places.TryGetValue(new CommentId(row.GetGuid(2)), out var seq) && comments.TryGetValue(seq, out var found) && found.Removal is null ? found.Comment : null))];
    }, writes: false, ct);

    /// <summary>The counts of comments at the end of each second in which they changed, after one of them, without those of removed comments.</summary>
    private static async Task<List<PastChange>> CountsAsync(ReactionRows rows, EventId id, long epoch, (long Second, long Seq) after, long end, int limit, CancellationToken ct)
    {
        var (counts, second) = (new List<PastChange>(), new Dictionary<long, PastChange>());
        var head = await rows.ReadHeadAsync(id, epoch, ct);
        var from = await rows.LastBeforeAsync(head, after.Seq == long.MaxValue ? after.Second + 1 : after.Second, ct);
        var now = 0L;
        await foreach (var change in rows.ChangesAsync(head, from.Version, ct))
        {
            if (change.Second >= end)
                break;
            if (change.Second != now)
            {
                await AddAsync();
                if (counts.Count >= limit)
                    return counts;
                now = change.Second;
            }
            // Of the changes of one comment in a second the last counts.
            second[change.Seq] = change;
        }
        await AddAsync();
        return counts;

        async Task AddAsync()
        {
            var wanted = second.Values.Where(change => (change.Second, change.Seq).CompareTo(after) > 0).OrderBy(change => change.Seq).ToList();
            var states = await rows.Logs.ReadStatesAsync(id, epoch, wanted.Select(change => change.Seq), ct);
            counts.AddRange(wanted.Where(change => states.GetValueOrDefault(change.Seq).Removal is null));
            second.Clear();
        }
    }
}
