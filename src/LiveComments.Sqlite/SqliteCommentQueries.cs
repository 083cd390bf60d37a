using LiveComments.Comments;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>Comments by id, thread, time, popularity, author and mention.</summary>
internal sealed class SqliteCommentQueries(SqliteDatabase database) : ICommentQueries
{
    /// <summary>For <see cref="FirstsAsync"/>; written when a comment is removed, never when one is placed.</summary>
    public const string RemovedByAuthor = "CREATE INDEX removed_comments_by_author ON entries(user_id) WHERE kind = 1 AND removal IS NOT NULL;\n";

    public async ValueTask<Comment?> FindAsync(EventId id, CommentId commentId, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            if (LogRow.Find(connection, id) is not { } log)
                return null;
            using var row = connection.Statement("SELECT " + EntryRow.Columns + """
                 FROM comment_ids i JOIN entries e ON e.entry = i.entry
                """ + EntryRow.Joins + "WHERE i.comment_id = ?1 AND e.removal IS NULL").Bind(1, commentId.Value);
            return row.Step() && new EntryKey(row.Int64(0)).Log == log.Log ? EntryRow.ReadComment(row, log.Epoch) : null;
        }, ct);

    public async ValueTask<RemovedComment?> FindRemovedAsync(EventId id, CommentId commentId, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            if (LogRow.Find(connection, id) is not { } log)
                return null;
            using var row = connection.Statement("SELECT " + EntryRow.Columns + """
                , removal.user_id FROM comment_ids i JOIN entries e ON e.entry = i.entry JOIN entries removal ON removal.entry = e.removal
                """ + EntryRow.Joins + "WHERE i.comment_id = ?1 AND e.text IS NOT NULL").Bind(1, commentId.Value);
            return row.Step() && new EntryKey(row.Int64(0)).Log == log.Log ? new RemovedComment(EntryRow.ReadComment(row, log.Epoch), new UserId(row.Id(EntryRow.ColumnCount))) : (RemovedComment?)null;
        }, ct);

    public async ValueTask<CommentPage> PageAsync(EventId id, PageRequest request, CancellationToken ct) =>
        await database.ReadAsync(connection => LogRow.Find(connection, id) is { } log ? Page(connection, log, request) : new CommentPage([], default, false), ct);

    public async ValueTask<IReadOnlyList<Comment>> PopularAsync(EventId id, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            if (LogRow.Find(connection, id) is not { } log)
                return [];
            var comments = new List<Comment>();
            using (var reacted = connection.Statement("SELECT " + EntryRow.Columns + """
                 FROM reaction_counts p INDEXED BY popular JOIN entries e ON e.entry = p.entry
                """ + EntryRow.Joins + "WHERE p.log = ?1 AND p.total > 0 AND e.removal IS NULL ORDER BY p.total DESC, p.entry LIMIT ?2")
                .Bind(1, log.Log).Bind(2, limit))
                while (reacted.Step())
                    comments.Add(EntryRow.ReadComment(reacted, log.Epoch));
            // Comments without reactions are ordered by position.
            using var others = connection.Statement("SELECT " + EntryRow.Columns + " FROM entries e" + EntryRow.Joins + """
                WHERE e.entry > ?1 AND e.entry <= ?2 AND e.kind = 1 AND e.removal IS NULL AND coalesce(c.total, 0) = 0 ORDER BY e.entry LIMIT ?3
                """).Bind(1, EntryKey.Of(log.Log, 0).Value).Bind(2, EntryKey.Of(log.Log, log.LastSeq).Value).Bind(3, limit - comments.Count);
            while (others.Step())
                comments.Add(EntryRow.ReadComment(others, log.Epoch));
            return (IReadOnlyList<Comment>)comments;
        }, ct);

    public async ValueTask<IReadOnlyList<Comment>> QuestionsAsync(EventId id, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            if (LogRow.Find(connection, id) is not { } log)
                return [];
            var questions = new List<Comment>();
            using var rows = connection.Statement("SELECT " + EntryRow.Columns + " FROM entries e INDEXED BY entries_marked" + EntryRow.Joins + """
                WHERE e.entry > ?1 AND e.entry <= ?2 AND e.payload IS NOT NULL AND e.kind = 1 AND e.removal IS NULL ORDER BY e.entry DESC LIMIT ?3
                """).Bind(1, EntryKey.Of(log.Log, 0).Value).Bind(2, EntryKey.Of(log.Log, log.LastSeq).Value).Bind(3, limit);
            while (rows.Step())
                questions.Add(EntryRow.ReadComment(rows, log.Epoch));
            return (IReadOnlyList<Comment>)questions;
        }, ct);

    public async ValueTask<IReadOnlyList<FoundComment>> ByAuthorAsync(UserId author, CommentId? before, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => Found(connection.Statement("SELECT " + EntryRow.Columns + ", l.event_id, l.epoch" + """
             FROM entries e INDEXED BY comments_by_author JOIN logs l ON l.log = e.entry >> 32
            """ + EntryRow.Joins + """
            WHERE e.user_id = ?1 AND e.comment_id < ?2 AND e.kind = 1 AND e.removal IS NULL AND l.event_id IS NOT NULL
            ORDER BY e.comment_id DESC LIMIT ?3
            """), author, before, limit), ct);

    public async ValueTask<IReadOnlyDictionary<UserId, long>> FirstsAsync(EventId id, IReadOnlyCollection<UserId> authors, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            var firsts = new Dictionary<UserId, long>(authors.Count);
            if (authors.Count == 0 || LogRow.Find(connection, id) is not { } log)
                return (IReadOnlyDictionary<UserId, long>)firsts;
            var (low, high) = (EntryKey.Of(log.Log, 0).Value, EntryKey.Of(log.Log, log.LastSeq).Value);
            foreach (var author in authors.Distinct())
            {
                using var row = connection.Statement("""
                    SELECT min(entry) FROM (
                        SELECT min(entry) AS entry FROM entries INDEXED BY comments_by_author WHERE user_id = ?1 AND kind = 1 AND removal IS NULL AND entry > ?2 AND entry <= ?3
                        UNION ALL
                        SELECT min(entry) FROM entries INDEXED BY removed_comments_by_author WHERE user_id = ?1 AND kind = 1 AND removal IS NOT NULL AND entry > ?2 AND entry <= ?3)
                    """).Bind(1, author.Value).Bind(2, low).Bind(3, high);
                if (row.Step() && row.Int64OrNull(0) is { } first)
                    firsts[author] = new EntryKey(first).Seq;
            }
            return firsts;
        }, ct);

    public async ValueTask<IReadOnlyList<FoundComment>> MentioningAsync(UserId user, CommentId? before, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => Found(connection.Statement("SELECT " + EntryRow.Columns + ", l.event_id, l.epoch" + """
             FROM mentions m JOIN entries e ON e.entry = m.entry JOIN logs l ON l.log = e.entry >> 32
            """ + EntryRow.Joins + """
            WHERE m.user_id = ?1 AND m.comment_id < ?2 AND e.removal IS NULL AND l.event_id IS NOT NULL
            ORDER BY m.comment_id DESC LIMIT ?3
            """), user, before, limit), ct);

    private static IReadOnlyList<FoundComment> Found(Statement rows, UserId user, CommentId? before, int limit)
    {
        using (rows)
        {
            rows.Bind(1, user.Value).Bind(2, before?.Value ?? Guid.AllBitsSet).Bind(3, limit);
            var found = new List<FoundComment>();
            while (rows.Step())
                found.Add(new FoundComment(new EventId(rows.Id(EntryRow.ColumnCount)), EntryRow.ReadComment(rows, rows.Int64(EntryRow.ColumnCount + 1))));
            return found;
        }
    }

    private static CommentPage Page(SqliteConnection connection, LogRow log, PageRequest request)
    {
        var after = EntryKey.Of(log.Log, request.Since is { } since ? Math.Max(request.AfterSeq, log.LastBefore(connection, since)) : request.AfterSeq).Value;
        var before = EntryKey.Of(log.Log, Math.Min(request.BeforeSeq, log.LastSeq + 1)).Value;
        // One more than asked for is read, to know whether there are more.
        var limit = request.Limit + 1L;
        var comments = new List<Comment>();
        using (var rows = request.Thread is null
            ? connection.Statement(request.Newest
                ? "SELECT " + EntryRow.Columns + " FROM entries e" + EntryRow.Joins + "WHERE e.entry > ?1 AND e.entry < ?2 AND e.kind = 1 AND e.removal IS NULL ORDER BY e.entry DESC LIMIT ?3"
                : "SELECT " + EntryRow.Columns + " FROM entries e" + EntryRow.Joins + "WHERE e.entry > ?1 AND e.entry < ?2 AND e.kind = 1 AND e.removal IS NULL ORDER BY e.entry LIMIT ?3")
            : connection.Statement(request.Newest
                ? "SELECT " + EntryRow.Columns + " FROM entries e INDEXED BY entries_by_thread" + EntryRow.Joins + "WHERE e.thread = (SELECT entry FROM comment_ids WHERE comment_id = ?4) AND e.entry > ?1 AND e.entry < ?2 AND e.removal IS NULL ORDER BY e.entry DESC LIMIT ?3"
                : "SELECT " + EntryRow.Columns + " FROM entries e INDEXED BY entries_by_thread" + EntryRow.Joins + "WHERE e.thread = (SELECT entry FROM comment_ids WHERE comment_id = ?4) AND e.entry > ?1 AND e.entry < ?2 AND e.removal IS NULL ORDER BY e.entry LIMIT ?3"))
        {
            rows.Bind(1, after).Bind(2, before).Bind(3, limit);
            if (request.Thread is { } thread)
                rows.Bind(4, thread.Value);
            while (rows.Step())
                comments.Add(EntryRow.ReadComment(rows, log.Epoch));
        }
        var more = comments.Count > request.Limit;
        if (more)
            comments.RemoveAt(request.Limit);
        if (request.Newest)
            comments.Reverse();
        var end = more && !request.Newest ? comments[^1].Position.Seq : Math.Min(log.LastSeq, request.BeforeSeq - 1);
        return new CommentPage(comments, new Position(log.Epoch, end), more);
    }
}
