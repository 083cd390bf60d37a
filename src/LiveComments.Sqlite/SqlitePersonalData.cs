using LiveComments.Accounts;
using LiveComments.Moderation;
using LiveComments.PersonalData;
using LiveComments.Reactions;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>What the embedded database has about one person. What is rarely asked for has no index of its own, because it would cost every comment or reaction a write: such rows are searched for in steps.</summary>
internal sealed class SqlitePersonalData(SqliteDatabase database) : IPersonalData
{
    /// <summary><c>due</c> is 0 until the first round is done.</summary>
    public const string Schema = """
        CREATE TABLE unfinished_erasures (user_id BLOB PRIMARY KEY, due INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX held_comments_by_author ON held_comments (user_id, comment_id);
        CREATE INDEX reports_by_user ON reports (user_id, comment_id);
        CREATE INDEX moderation_audit_by_whom ON moderation_audit (by_user);

        """;

    /// <summary>Rows looked at in one step of a search.</summary>
    private const long Looked = 2_000;

    /// <summary>Rows changed in one step: about 5 ms of the writer's time.</summary>
    private const long Changed = 200;

    /// <summary>Entries that are not comments, and removed comments: what the index <c>entries_others</c> has.</summary>
    private const string Others = "(o.kind <> 1 OR o.removal IS NOT NULL)";

    public async ValueTask<IReadOnlyList<LogIn>> LogInsAsync(UserId user, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT session_id, created_at, expires_at, ended_at, ip_address, user_agent FROM user_sessions WHERE user_id = $1 ORDER BY created_at, session_id",
            row => new LogIn(row.GetId(0), row.GetTime(1), row.GetTime(2), row.GetTimeOrNull(3), row.GetStringOrNull(4), row.GetStringOrNull(5)), user.Value.Blob()), ct);

    public async ValueTask<IReadOnlyList<Participation>> ParticipationsAsync(UserId user, EventId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query("""
            SELECT p.event_id, p.role, p.joined_at FROM events e CROSS JOIN event_participants p ON p.event_id = e.event_id AND p.user_id = $1
            WHERE e.event_id > $2 ORDER BY e.event_id LIMIT $3
            """, row => new Participation(new EventId(row.GetId(0)), row.IsDBNull(1) ? null : (Role)row.GetInt64(1), row.GetTimeOrNull(2)),
            user.Value.Blob(), (after?.Value ?? default).Blob(), limit), ct);

    public async ValueTask<LogSearch<KeptComment>> RemovedCommentsAsync(UserId user, LogPlace after, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            var (start, end) = (Key(after), EndOfStep(connection, Key(after)));
            using var rows = connection.Statement("SELECT " + EntryRow.Columns + ", l.event_id, l.epoch FROM (SELECT * FROM entries o INDEXED BY entries_others WHERE o.entry > ?1 AND o.entry <= ?2 AND " + Others
                + " AND o.kind = 1 AND o.user_id = ?3 AND o.text IS NOT NULL) e JOIN logs l ON l.log = e.entry >> 32" + EntryRow.Joins + "ORDER BY e.entry")
                .Bind(1, start).Bind(2, end ?? long.MaxValue).Bind(3, user.Value);
            var found = new List<KeptComment>();
            while (rows.Step())
                found.Add(new KeptComment(rows.IsNull(EntryRow.ColumnCount) ? null : new EventId(rows.Id(EntryRow.ColumnCount)), EntryRow.ReadComment(rows, rows.Int64(EntryRow.ColumnCount + 1))));
            return new LogSearch<KeptComment>(found, Place(end));
        }, ct);

    public async ValueTask<LogSearch<GivenReaction>> ReactionsAsync(UserId user, LogPlace after, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            long? end = null;
            using (var last = connection.Statement("SELECT entry FROM reaction_counts WHERE entry > ?1 ORDER BY entry LIMIT 1 OFFSET ?2").Bind(1, Key(after)).Bind(2, Looked - 1))
                if (last.Step())
                    end = last.Int64(0);
            // Each comment with reactions is looked up, and then this person's row under it: reactions are many more.
            using var rows = connection.Statement("""
                SELECT l.event_id, e.comment_id, r.type
                FROM reaction_counts c CROSS JOIN reactions r ON r.entry = c.entry AND r.user_id = ?3 CROSS JOIN entries e ON e.entry = c.entry CROSS JOIN logs l ON l.log = c.log
                WHERE c.entry > ?1 AND c.entry <= ?2 ORDER BY c.entry
                """).Bind(1, Key(after)).Bind(2, end ?? long.MaxValue).Bind(3, user.Value);
            var found = new List<GivenReaction>();
            while (rows.Step())
                found.Add(new GivenReaction(rows.IsNull(0) ? null : new EventId(rows.Id(0)), new CommentId(rows.Id(1)), (ReactionType)rows.Int32(2)));
            return new LogSearch<GivenReaction>(found, Place(end));
        }, ct);

    public async ValueTask<IReadOnlyList<HeldComment>> HeldAsync(UserId author, CommentId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT " + SqliteModerationStore.HeldColumns + " FROM held_comments WHERE user_id = $1 AND comment_id > $2 ORDER BY comment_id LIMIT $3", SqliteModerationStore.HeldRow,
            author.Value.Blob(), (after?.Value ?? default).Blob(), limit), ct);

    public async ValueTask<IReadOnlyList<Report>> ReportsAsync(UserId by, CommentId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT event_id, comment_id, reason, at FROM reports WHERE user_id = $1 AND comment_id > $2 AND reason <> '' ORDER BY comment_id LIMIT $3",
            row => new Report(new EventId(row.GetId(0)), new CommentId(row.GetId(1)), by, row.GetString(2), row.GetTime(3)), by.Value.Blob(), (after?.Value ?? default).Blob(), limit), ct);

    public async ValueTask<IReadOnlyList<AuditEntry>> DecisionsAsync(UserId about, long after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            SqliteModerationStore.Audit + "WHERE a.user_id = $1 AND a.seq > $2 ORDER BY a.seq LIMIT $3", SqliteModerationStore.AuditRow, about.Value.Blob(), after, limit), ct);

    public async ValueTask<bool> BeginAsync(UserId user, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            var (status, version) = connection.QueryFirst("SELECT account_status, version FROM users WHERE user_id = $1", row => ((AccountStatus)row.GetByte(0), row.GetInt64(1)), user.Value.Blob());
            if (status == AccountStatus.Erased)
                return false;
            // Not changed but deleted and added anew, so that no column can be forgotten. Password and log-ins go with it.
            connection.Execute("DELETE FROM users WHERE user_id = $1", user.Value.Blob());
            connection.Execute("INSERT INTO users (user_id, username, display_name, account_status, created_at, updated_at, version, change) VALUES ($1, $2, $3, $4, $5, $5, $6, $7)",
                user.Value.Blob(), Account.ErasedUsername(user), Account.ErasedName, (long)AccountStatus.Erased, now.ToUnixTimeMilliseconds(), version + 1, SqliteAccountStore.NextChange(connection));
            connection.Execute("INSERT INTO unfinished_erasures (user_id, due) VALUES ($1, 0)", user.Value.Blob());
            return true;
        }, ct);

    public async ValueTask<IReadOnlyList<Erasure>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query("SELECT user_id, due FROM unfinished_erasures WHERE due <= $1 LIMIT $2",
            row => new Erasure(new UserId(row.GetId(0)), row.GetInt64(1) != 0), now.ToUnixTimeMilliseconds(), limit), ct);

    public async ValueTask<bool> EraseAsync(UserId user, CancellationToken ct)
    {
        var id = user.Value.Blob();
        // A search of the whole table, which the writer has no time for.
        var mentioning = await database.ReadAsync(connection => connection.Query("SELECT comment_id, draft FROM held_comments WHERE user_id <> $1 AND draft LIKE $2 LIMIT $3",
            row => (Comment: row.GetFieldValue<byte[]>(0), Draft: row.GetString(1)), id, $"%{user}%", Changed), ct);
        return await database.WriteAsync(connection =>
        {
            foreach (var (comment, draft) in mentioning)
                connection.Execute("UPDATE held_comments SET draft = $2 WHERE comment_id = $1 AND draft = $3", comment, HeldDraftJson.Without(draft, user), draft);
            return mentioning.Count + DeleteHeld(connection, id) + Unlink(connection, user)
                + connection.Execute("UPDATE reports SET reason = '' WHERE (comment_id, user_id) IN (SELECT comment_id, user_id FROM reports WHERE user_id = $1 AND reason <> '' LIMIT $2)", id, Changed)
                + connection.Execute("""
                    DELETE FROM moderation_reasons WHERE seq IN (
                        SELECT a.seq FROM moderation_audit a JOIN moderation_reasons r ON r.seq = a.seq WHERE a.user_id = $1 OR a.by_user = $1 LIMIT $2)
                    """, id, Changed)
                + connection.Execute("DELETE FROM restrictions WHERE user_id = $1", id)
                + connection.Execute("DELETE FROM ban_traces WHERE user_id = $1 OR trace = $1", id)
                + (SqliteEventCatalog.Change(connection, """
                    DELETE FROM event_participants WHERE user_id = $1 AND event_id IN (SELECT event_id FROM events UNION ALL SELECT event_id FROM removed_events)
                    """, id) ? 1 : 0) == 0;
        }, ct);
    }

    public async ValueTask<LogPlace?> SweepAsync(UserId user, LogPlace after, CancellationToken ct)
    {
        var (found, end) = await database.ReadAsync(connection => Left(connection, user, Key(after)), ct);
        foreach (var rows in found.Chunk((int)Changed))
            await database.WriteAsync(connection =>
            {
                foreach (var (entry, comment) in rows)
                    EraseEntry(connection, entry, comment);
                return rows.Length;
            }, ct, rows.Length);
        if (end is not null)
            return Place(end);
        return await database.WriteAsync(LogSweep.Step, ct) ? null : after;
    }

    public async ValueTask DropReactionsAsync(UserId user, IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            foreach (var comment in comments)
                if (connection.QueryFirst("DELETE FROM reactions WHERE entry = (SELECT entry FROM comment_ids WHERE comment_id = $1) AND user_id = $2 RETURNING entry, type",
                    row => ((long Entry, ReactionType Type)?)(row.GetInt64(0), (ReactionType)row.GetInt64(1)), comment.Value.Blob(), user.Value.Blob()) is { } dropped)
                    connection.Execute($"UPDATE reaction_counts SET version = version + 1, total = total - 1, {dropped.Type.CountName()} = {dropped.Type.CountName()} - 1 WHERE entry = $1", dropped.Entry);
            return comments.Count;
        }, ct, comments.Count);

    public async ValueTask RepeatAsync(UserId user, DateTimeOffset due, CancellationToken ct) =>
        await database.WriteAsync(connection => connection.Execute("UPDATE unfinished_erasures SET due = $2 WHERE user_id = $1", user.Value.Blob(), due.ToUnixTimeMilliseconds()), ct);

    public async ValueTask FinishAsync(UserId user, CancellationToken ct)
    {
        // The write-ahead log still has pages as they were before; the commit below empties it.
        database.EmptyLog();
        await database.WriteAsync(connection => connection.Execute("DELETE FROM unfinished_erasures WHERE user_id = $1", user.Value.Blob()), ct);
    }

    private static int DeleteHeld(SqliteConnection connection, byte[] author)
    {
        var held = connection.Query("SELECT comment_id FROM held_comments WHERE user_id = $1 LIMIT $2", row => new CommentId(row.GetId(0)), author, Changed);
        foreach (var comment in held)
        {
            connection.Execute("DELETE FROM held_comments WHERE comment_id = $1", comment.Value.Blob());
            EraseReports(connection, comment);
        }
        return held.Count;
    }

    /// <summary>Takes the links to somebody out of a few comments that mention them.</summary>
    private static int Unlink(SqliteConnection connection, UserId user)
    {
        var mentions = connection.Query("SELECT m.comment_id, m.entry, e.mentions FROM mentions m LEFT JOIN entries e ON e.entry = m.entry WHERE m.user_id = $1 LIMIT $2",
            row => (Comment: row.GetFieldValue<byte[]>(0), Entry: row.GetInt64(1), Mentions: row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2)), user.Value.Blob(), Changed);
        foreach (var (comment, entry, linked) in mentions)
        {
            connection.Execute("DELETE FROM mentions WHERE user_id = $1 AND comment_id = $2", user.Value.Blob(), comment);
            if (linked is null)
                continue;
            var others = EntryRow.ReadMentions(linked).Where(mention => mention.UserId != user).ToList();
            connection.Execute("UPDATE entries SET mentions = $2 WHERE entry = $1", entry, others.Count == 0 ? null : EntryRow.WriteMentions(others));
        }
        return mentions.Count;
    }

    /// <summary>Entries of one step about somebody's removed comments that still hold something, with the comments' ids, and where the step ends; null at the end.</summary>
    private static (List<(long Entry, CommentId Comment)> Found, long? End) Left(SqliteConnection connection, UserId user, long after)
    {
        var end = EndOfStep(connection, after);
        using var rows = connection.Statement("""
            SELECT o.entry, o.comment_id
            FROM entries o INDEXED BY entries_others CROSS JOIN comment_ids i ON i.comment_id = o.comment_id CROSS JOIN entries c ON c.entry = i.entry
            WHERE o.entry > ?1 AND o.entry <= ?2 AND
            """ + " " + Others + """
             AND c.user_id = ?3 AND c.removal IS NOT NULL
                AND (coalesce(o.text, o.mentions, o.username, o.display_name, o.avatar_url, o.client_platform, o.client_version, o.payload) IS NOT NULL OR (o.kind = 2 AND o.removal IS NULL))
            """).Bind(1, after).Bind(2, end ?? long.MaxValue).Bind(3, user.Value);
        var found = new List<(long, CommentId)>();
        while (rows.Step())
            found.Add((rows.Int64(0), new CommentId(rows.Id(1))));
        return (found, end);
    }

    private static void EraseEntry(SqliteConnection connection, long entry, CommentId comment)
    {
        SqliteRetention.Unmention(connection, comment.Value);
        // A removal that points to itself has been dealt with.
        connection.Execute("""
            UPDATE entries SET text = NULL, mentions = NULL, username = NULL, display_name = NULL, avatar_url = NULL, client_platform = NULL, client_version = NULL, payload = NULL,
                removal = iif(kind = 2, entry, removal)
            WHERE entry = $1
            """, entry);
        EraseReports(connection, comment);
    }

    /// <summary>Settles the reports about a comment that is gone, and erases their reasons, which are about its author.</summary>
    private static void EraseReports(SqliteConnection connection, CommentId comment)
    {
        SqliteModerationStore.Settle(connection, comment);
        connection.Execute("UPDATE reports SET reason = '' WHERE comment_id = $1 AND reason <> ''", comment.Value.Blob());
    }

    private static long? EndOfStep(SqliteConnection connection, long after)
    {
        using var last = connection.Statement("SELECT o.entry FROM entries o INDEXED BY entries_others WHERE o.entry > ?1 AND " + Others + " ORDER BY o.entry LIMIT 1 OFFSET ?2").Bind(1, after).Bind(2, Looked - 1);
        return last.Step() ? last.Int64(0) : null;
    }

    private static long Key(LogPlace place) => EntryKey.Of(place.Log, place.Seq).Value;

    private static LogPlace? Place(long? entry) => entry is { } key ? new LogPlace(new EntryKey(key).Log, new EntryKey(key).Seq) : null;
}
