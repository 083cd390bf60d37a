using LiveComments.Accounts;
using LiveComments.Moderation;
using LiveComments.PersonalData;
using LiveComments.Polls;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>What the embedded database has about one person beside the logs.</summary>
internal sealed class SqlitePersonalData(SqliteDatabase database) : IPersonalData
{
    /// <summary><c>due</c> is 0 until the first round is done.</summary>
    public const string Schema = """
        CREATE TABLE unfinished_erasures (user_id BLOB PRIMARY KEY, due INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX held_comments_by_author ON held_comments (user_id, comment_id);
        CREATE INDEX reports_by_user ON reports (user_id, comment_id);
        CREATE INDEX moderation_audit_by_whom ON moderation_audit (by_user);

        """;

    /// <summary>Rows changed in one step: about 5 ms of the writer's time.</summary>
    private const long Changed = 200;

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

    public async ValueTask<IReadOnlyList<HeldComment>> HeldAsync(UserId author, CommentId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT " + SqliteModerationStore.HeldColumns + " FROM held_comments WHERE user_id = $1 AND comment_id > $2 ORDER BY comment_id LIMIT $3", SqliteModerationStore.HeldRow,
            author.Value.Blob(), (after?.Value ?? default).Blob(), limit), ct);

    public async ValueTask<IReadOnlyList<Report>> ReportsAsync(UserId by, CommentId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT event_id, comment_id, reason, at FROM reports WHERE user_id = $1 AND comment_id > $2 AND reason <> '' ORDER BY comment_id LIMIT $3",
            row => new Report(new EventId(row.GetId(0)), new CommentId(row.GetId(1)), by, row.GetString(2), row.GetTime(3)), by.Value.Blob(), (after?.Value ?? default).Blob(), limit), ct);

    public async ValueTask<IReadOnlyList<GivenVote>> VotesAsync(UserId by, PollId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT p.event_id, v.poll_id, v.option FROM poll_votes v JOIN polls p ON p.poll_id = v.poll_id WHERE v.user_id = $1 AND v.poll_id > $2 ORDER BY v.poll_id LIMIT $3",
            row => new GivenVote(new EventId(row.GetId(0)), new Vote(new PollId(row.GetId(1)), row.GetInt32(2))), by.Value.Blob(), (after?.Value ?? default).Blob(), limit), ct);

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
            return mentioning.Count + DeleteHeld(connection, id)
                + connection.Execute("UPDATE reports SET reason = '' WHERE (comment_id, user_id) IN (SELECT comment_id, user_id FROM reports WHERE user_id = $1 AND reason <> '' LIMIT $2)", id, Changed)
                + connection.Execute("""
                    DELETE FROM moderation_reasons WHERE seq IN (
                        SELECT a.seq FROM moderation_audit a JOIN moderation_reasons r ON r.seq = a.seq WHERE a.user_id = $1 OR a.by_user = $1 LIMIT $2)
                    """, id, Changed)
                // The counts stay: they name nobody.
                + connection.Execute("DELETE FROM poll_votes WHERE (poll_id, user_id) IN (SELECT poll_id, user_id FROM poll_votes WHERE user_id = $1 LIMIT $2)", id, Changed)
                + connection.Execute("DELETE FROM restrictions WHERE user_id = $1", id)
                + connection.Execute("DELETE FROM ban_traces WHERE user_id = $1 OR trace = $1", id)
                + (SqliteEventCatalog.Change(connection, """
                    DELETE FROM event_participants WHERE user_id = $1 AND event_id IN (SELECT event_id FROM events UNION ALL SELECT event_id FROM removed_events)
                    """, id) ? 1 : 0) == 0;
        }, ct);
    }

    public async ValueTask EraseReportsAsync(IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            foreach (var comment in comments)
                EraseReports(connection, comment);
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

    /// <summary>Settles the reports about a comment that is gone, and erases their reasons, which are about its author.</summary>
    public static void EraseReports(SqliteConnection connection, CommentId comment)
    {
        SqliteModerationStore.Settle(connection, comment);
        connection.Execute("UPDATE reports SET reason = '' WHERE comment_id = $1 AND reason <> ''", comment.Value.Blob());
    }
}
