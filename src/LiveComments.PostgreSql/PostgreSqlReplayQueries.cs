using LiveComments.Log;
using LiveComments.Replay;

namespace LiveComments.PostgreSql;

/// <summary>Spans of a log by time. The log is ordered by time, and so is the history of reactions.</summary>
internal sealed class PostgreSqlReplayQueries(PostgreSqlDatabase database) : IReplayQueries
{
    /// <summary>Entries of each interval that are comments. Those that are not, and removed ones, are few and have an index, so comments are counted by subtracting them.</summary>
    private const string Comments = """
        WITH RECURSIVE log AS (
            SELECT l.log, l.last_seq FROM logs l WHERE l.event_id = $1
        ), bounds (place, seq) AS (
            SELECT 0, last_before(log.log, $2, 0, log.last_seq) FROM log
            UNION ALL
            SELECT place + 1, last_before(log.log, $2 + (place + 1) * make_interval(secs => $3), seq, log.last_seq) FROM bounds, log WHERE place < $4
        )
        SELECT later.seq - earlier.seq
            - (SELECT count(*) FROM entries e WHERE e.log = log.log AND e.seq > earlier.seq AND e.seq <= later.seq AND (e.kind <> 1 OR e.removal IS NOT NULL))
        FROM log, bounds earlier JOIN bounds later ON later.place = earlier.place + 1 ORDER BY earlier.place
        """;

    private const string Reactions = """
        SELECT ((a.second - $2) / $3)::integer AS place, sum(a.changes)::bigint
        FROM reaction_activity a JOIN logs l ON l.log = a.log WHERE l.event_id = $1 AND a.second >= $2 AND a.second < $2 + $3 * $4 GROUP BY place
        """;

    private const string Span = """
        SELECT l.log, l.epoch, last_before(l.log, $2, 0, l.last_seq), last_before(l.log, $3, 0, l.last_seq) FROM logs l WHERE l.event_id = $1
        """;

    private const string CommentsOfSpan = "SELECT " + EntryRow.Columns + " FROM entries e" + EntryRow.Joins
        + "WHERE e.log = $1 AND e.seq > $2 AND e.seq <= $3 AND " + EntryRow.StandingInLog + " ORDER BY e.seq LIMIT $4";

    private const string Staged = "SELECT l.epoch, " + EntryRow.Columns + " FROM logs l JOIN entries e ON e.log = l.log" + EntryRow.Joins
        + "WHERE l.event_id = $1 AND e.payload IS NOT NULL AND e.kind + 0 = 7 AND e.payload::json ->> 'type' = $2 ORDER BY e.seq DESC LIMIT $3";

    private const string CountsOfSpan = """
        SELECT h.second, h.seq, e.comment_id, h.likes, h.loves, h.hahas, h.wows, h.sads, h.angries
        FROM reaction_history h JOIN entries e ON e.log = h.log AND e.seq = h.seq
        WHERE h.log = $1 AND (h.second, h.seq) > ($2, $3) AND h.second < $4 AND coalesce(e.removal, 0) = 0 ORDER BY h.second, h.seq LIMIT $5
        """;

    public async ValueTask<IReadOnlyList<ReplayActivity>> ActivityAsync(EventId id, DateTimeOffset from, TimeSpan interval, int count, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            var seconds = (long)interval.TotalSeconds;
            await using var batch = call.Batch();
            batch.Add(Comments).With(id.Value).With(from).With(seconds).With(count);
            batch.Add(Reactions).With(id.Value).With(from.ToUnixTimeSeconds()).With(seconds).With((long)count);
            await using var rows = await call.ReadAsync(batch);
            var activity = (await call.ListAsync(rows, row => new ReplayActivity(row.GetInt64(0), 0))).ToArray();
            await rows.NextResultAsync(call.Token);
            while (await rows.ReadAsync(call.Token))
                if (rows.GetInt32(0) is var place && place < activity.Length)
                    activity[place] = activity[place] with { Reactions = rows.GetInt64(1) };
            return (IReadOnlyList<ReplayActivity>)activity;
        }, ct);

    public async ValueTask<ReplayPage> PageAsync(EventId id, DateTimeOffset from, DateTimeOffset to, ReplayCursor after, int limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            List<(int Log, long Epoch, long Before, long Last)> spans;
            await using (var batch = call.Batch())
            {
                batch.Add(Span).With(id.Value).With(from).With(to);
                spans = await call.QueryAsync(batch, row => (row.GetInt32(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)));
            }
            if (spans is not [var span])
                return new ReplayPage([], [], null);
            // A second counts at its end, so that a comment's counts never come before the comment.
            var (first, end) = (from.ToUnixTimeSeconds(), to.ToUnixTimeSeconds());
            var (second, seq) = Later((first - 1, long.MaxValue), (after.Second, after.CountsSeq));
            await using var pages = call.Batch();
            pages.Add(CommentsOfSpan).With(span.Log).With(Math.Max(after.Seq, span.Before)).With(span.Last).With(limit + 1L);
            pages.Add(CountsOfSpan).With(span.Log).With(second).With(seq).With(end).With(limit + 1L);
            await using var rows = await call.ReadAsync(pages);
            var comments = await call.ListAsync(rows, row => EntryRow.ReadComment(row, span.Epoch, 0));
            await rows.NextResultAsync(call.Token);
            var reactions = await call.ListAsync(rows, row => (Second: row.GetInt64(0), Seq: row.GetInt64(1), Counts: new PastCounts(
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0) * 1000 + 999), new CommentId(row.GetId(2)), EntryRow.ReadCounts(row, 3))));
            var next = comments.Count <= limit && reactions.Count <= limit ? (ReplayCursor?)null : new ReplayCursor(
                comments.Count > limit ? comments[limit - 1].Position.Seq : span.Last,
                reactions.Count > limit ? reactions[limit - 1].Second : end,
                reactions.Count > limit ? reactions[limit - 1].Seq : 0);
            return new ReplayPage([.. comments.Take(limit)], [.. reactions.Take(limit).Select(reaction => reaction.Counts)], next);
        }, ct);

    public async ValueTask<IReadOnlyList<StagedComment>> StagedAsync(EventId id, int limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(Staged).With(id.Value).With(Card.Stage).With((long)limit);
            var found = await call.QueryAsync(batch, row => (Epoch: row.GetInt64(0), Entry: EntryRow.ReadEntry(row, row.GetInt64(0), 1)));
            found.Reverse();
            var entries = await EntryRow.ReadNamed(call, found.Count > 0 ? found[0].Epoch : 0, found.ConvertAll(row => row.Entry));
            return (IReadOnlyList<StagedComment>)[.. entries.OfType<CardEntry>().Select(card => new StagedComment(card.Time, card.Comment))];
        }, ct);

    private static (long, long) Later((long, long) one, (long, long) other) => one.CompareTo(other) > 0 ? one : other;
}
