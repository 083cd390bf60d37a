using LiveComments.Comments;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Replay;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>Spans of a log by time. The log is ordered by time, and so is the history of reactions.</summary>
internal sealed class SqliteReplayQueries(SqliteDatabase database) : IReplayQueries
{
    public async ValueTask<IReadOnlyList<ReplayActivity>> ActivityAsync(EventId id, DateTimeOffset from, TimeSpan interval, int count, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            if (LogRow.Find(connection, id) is not { } log)
                return [];
            var activity = new ReplayActivity[count];
            var before = log.LastBefore(connection, from);
            for (var i = 0; i < count; i++)
            {
                var last = log.LastBefore(connection, from + (i + 1) * interval, before);
                activity[i] = new ReplayActivity(last - before - Others(connection, log, before, last), 0);
                before = last;
            }
            var first = from.ToUnixTimeSeconds();
            var seconds = (long)interval.TotalSeconds;
            using var changes = connection.Statement("""
                SELECT (time - ?2) / ?3 AS place, sum(changes) FROM reaction_activity WHERE log = ?1 AND time >= ?2 AND time < ?2 + ?3 * ?4 GROUP BY place
                """).Bind(1, log.Log).Bind(2, first).Bind(3, seconds).Bind(4, count);
            while (changes.Step())
                activity[changes.Int32(0)] = activity[changes.Int32(0)] with { Reactions = changes.Int64(1) };
            return (IReadOnlyList<ReplayActivity>)activity;
        }, ct);

    public async ValueTask<ReplayPage> PageAsync(EventId id, DateTimeOffset from, DateTimeOffset to, ReplayCursor after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            if (LogRow.Find(connection, id) is not { } log)
                return new ReplayPage([], [], null);
            var lastSeq = log.LastBefore(connection, to);
            var comments = Comments(connection, log, Math.Max(after.Seq, log.LastBefore(connection, from)), lastSeq, limit + 1);
            // A second counts at its end, so that a comment's counts never come before the comment.
            var (first, end) = (from.ToUnixTimeSeconds(), to.ToUnixTimeSeconds());
            var reactions = Reactions(connection, log, Later((first - 1, long.MaxValue), (after.Second, after.CountsSeq)), end, limit + 1);
            var next = comments.Count <= limit && reactions.Count <= limit ? (ReplayCursor?)null : new ReplayCursor(
                comments.Count > limit ? comments[limit - 1].Position.Seq : lastSeq,
                reactions.Count > limit ? reactions[limit - 1].Second : end,
                reactions.Count > limit ? reactions[limit - 1].Seq : 0);
            return new ReplayPage([.. comments.Take(limit)], [.. reactions.Take(limit).Select(reaction => reaction.Counts)], next);
        }, ct);

    public async ValueTask<IReadOnlyList<StagedComment>> StagedAsync(EventId id, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            if (LogRow.Find(connection, id) is not { } log)
                return [];
            using var rows = connection.Statement("SELECT " + EntryRow.Columns + " FROM entries e INDEXED BY entries_marked" + EntryRow.Joins + """
                WHERE e.entry > ?1 AND e.entry <= ?2 AND e.payload IS NOT NULL AND e.kind = 7 AND e.payload ->> 'type' = ?3 ORDER BY e.entry DESC LIMIT ?4
                """).Bind(1, EntryKey.Of(log.Log, 0).Value).Bind(2, EntryKey.Of(log.Log, log.LastSeq).Value).Bind(3, Card.Stage).Bind(4, limit);
            var staged = new List<StagedComment>();
            while (rows.Step())
                if (EntryRow.ReadEntry(connection, rows, log.Epoch) is CardEntry card)
                    staged.Add(new StagedComment(card.Time, card.Comment));
            staged.Reverse();
            return (IReadOnlyList<StagedComment>)staged;
        }, ct);

    /// <summary>How many entries of a span of the log are not comments, or were removed.</summary>
    private static long Others(SqliteConnection connection, LogRow log, long afterSeq, long lastSeq)
    {
        using var row = connection.Statement("SELECT count(*) FROM entries INDEXED BY entries_others WHERE entry > ?1 AND entry <= ?2 AND (kind <> 1 OR removal IS NOT NULL)")
            .Bind(1, EntryKey.Of(log.Log, afterSeq).Value).Bind(2, EntryKey.Of(log.Log, lastSeq).Value);
        row.Step();
        return row.Int64(0);
    }

    private static List<Comment> Comments(SqliteConnection connection, LogRow log, long afterSeq, long lastSeq, int limit)
    {
        using var rows = connection.Statement("SELECT " + EntryRow.Columns + " FROM entries e" + EntryRow.Joins
            + "WHERE e.entry > ?1 AND e.entry <= ?2 AND e.kind = 1 AND e.removal IS NULL ORDER BY e.entry LIMIT ?3")
            .Bind(1, EntryKey.Of(log.Log, afterSeq).Value).Bind(2, EntryKey.Of(log.Log, lastSeq).Value).Bind(3, limit);
        var comments = new List<Comment>();
        while (rows.Step())
            comments.Add(EntryRow.ReadComment(rows, log.Epoch));
        return comments;
    }

    private static List<(long Second, long Seq, PastCounts Counts)> Reactions(SqliteConnection connection, LogRow log, (long Second, long Seq) after, long end, int limit)
    {
        using var rows = connection.Statement("""
            SELECT h.time, h.entry, e.comment_id, h.likes, h.loves, h.hahas, h.wows, h.sads, h.angries
            FROM reaction_history h CROSS JOIN entries e ON e.entry = h.entry
            WHERE h.log = ?1 AND (h.time, h.entry) > (?2, ?3) AND h.time < ?4 AND e.removal IS NULL ORDER BY h.time, h.entry LIMIT ?5
            """).Bind(1, log.Log).Bind(2, after.Second).Bind(3, EntryKey.Of(log.Log, after.Seq).Value).Bind(4, end).Bind(5, limit);
        var reactions = new List<(long, long, PastCounts)>();
        while (rows.Step())
            reactions.Add((rows.Int64(0), new EntryKey(rows.Int64(1)).Seq, new PastCounts(
                DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(0) * 1000 + 999), new CommentId(rows.Id(2)),
                new ReactionCounts(rows.Int32(3), rows.Int32(4), rows.Int32(5), rows.Int32(6), rows.Int32(7), rows.Int32(8)))));
        return reactions;
    }

    private static (long, long) Later((long, long) one, (long, long) other) => one.CompareTo(other) > 0 ? one : other;
}
