using LiveComments.Accounts;
using LiveComments.Moderation;
using LiveComments.PersonalData;
using LiveComments.Polls;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>What the database has about one person beside the logs.</summary>
internal sealed class PostgreSqlPersonalData(PostgreSqlDatabase database) : IPersonalData
{
    /// <summary><c>due</c> is null until the first round is done.</summary>
    public const string Schema = """
        CREATE TABLE unfinished_erasures (user_id uuid PRIMARY KEY, due timestamptz);
        CREATE INDEX held_comments_by_author ON held_comments (user_id, comment_id);
        CREATE INDEX reports_by_user ON reports (user_id, comment_id);
        CREATE INDEX moderation_audit_by_whom ON moderation_audit (by_user);

        """;

    /// <summary>Rows changed in one step: about 5 ms of the server's time.</summary>
    private const int Changed = 200;

    private const string Participations = """
        SELECT p.event_id, p.role, p.joined_at FROM events e JOIN event_participants p ON p.event_id = e.event_id AND p.user_id = $1
        WHERE e.event_id > $2 ORDER BY e.event_id LIMIT $3
        """;

    private const string Reports = "SELECT event_id, comment_id, reason, at FROM reports WHERE user_id = $1 AND comment_id > $2 AND reason <> '' ORDER BY comment_id LIMIT $3";

    private const string Votes = """
        SELECT p.event_id, v.poll_id, v.option FROM poll_votes v JOIN polls p ON p.poll_id = v.poll_id WHERE v.user_id = $1 AND v.poll_id > $2 ORDER BY v.poll_id LIMIT $3
        """;

    private const string Tombstone = """
        INSERT INTO users (user_id, username, display_name, account_status, created_at, updated_at, version, change)
        VALUES ($1, $2, $3, $4, $5, $5, $6, (SELECT change FROM account_changes)) ON CONFLICT (user_id) DO NOTHING RETURNING 1
        """;

    private const string EraseReasons = """
        DELETE FROM moderation_reasons WHERE seq IN (
            SELECT a.seq FROM moderation_audit a JOIN moderation_reasons r ON r.seq = a.seq WHERE a.user_id = $1 OR a.by_user = $1 LIMIT $2)
        """;

    private const string EraseReports = "UPDATE reports SET reason = '' WHERE (comment_id, user_id) IN (SELECT comment_id, user_id FROM reports WHERE user_id = $1 AND reason <> '' LIMIT $2)";

    private const string DeleteHeld = "DELETE FROM held_comments WHERE comment_id IN (SELECT comment_id FROM held_comments WHERE user_id = $1 LIMIT $2) RETURNING comment_id";

    private const string Leave = "DELETE FROM event_participants WHERE user_id = $1 AND event_id = ANY (ARRAY(SELECT event_id FROM events UNION ALL SELECT event_id FROM removed_events)) RETURNING 1";

    public async ValueTask<IReadOnlyList<LogIn>> LogInsAsync(UserId user, CancellationToken ct) =>
        await database.QueryAsync("SELECT session_id, created_at, expires_at, ended_at, ip_address, user_agent FROM user_sessions WHERE user_id = $1 ORDER BY created_at, session_id", statement => statement.With(user.Value),
            row => new LogIn(row.GetId(0), row.GetTime(1), row.GetTime(2), row.GetTimeOrNull(3), row.GetStringOrNull(4), row.GetStringOrNull(5)), ct);

    public async ValueTask<IReadOnlyList<Participation>> ParticipationsAsync(UserId user, EventId? after, int limit, CancellationToken ct) =>
        await database.QueryAsync(Participations, statement => statement.With(user.Value).With(after?.Value ?? default).With(limit),
            row => new Participation(new EventId(row.GetId(0)), row.IsDBNull(1) ? null : (Role)row.GetInt16(1), row.GetTimeOrNull(2)), ct);

    public async ValueTask<IReadOnlyList<HeldComment>> HeldAsync(UserId author, CommentId? after, int limit, CancellationToken ct) =>
        await database.QueryAsync("SELECT " + PostgreSqlModerationStore.HeldColumns + " FROM held_comments WHERE user_id = $1 AND comment_id > $2 ORDER BY comment_id LIMIT $3",
            statement => statement.With(author.Value).With(after?.Value ?? default).With(limit), PostgreSqlModerationStore.HeldRow, ct);

    public async ValueTask<IReadOnlyList<Report>> ReportsAsync(UserId by, CommentId? after, int limit, CancellationToken ct) =>
        await database.QueryAsync(Reports, statement => statement.With(by.Value).With(after?.Value ?? default).With(limit),
            row => new Report(new EventId(row.GetId(0)), new CommentId(row.GetId(1)), by, row.GetString(2), row.GetTime(3)), ct);

    public async ValueTask<IReadOnlyList<GivenVote>> VotesAsync(UserId by, PollId? after, int limit, CancellationToken ct) =>
        await database.QueryAsync(Votes, statement => statement.With(by.Value).With(after?.Value ?? default).With(limit),
            row => new GivenVote(new EventId(row.GetId(0)), new Vote(new PollId(row.GetId(1)), row.GetInt16(2))), ct);

    public async ValueTask<IReadOnlyList<AuditEntry>> DecisionsAsync(UserId about, long after, int limit, CancellationToken ct) =>
        await database.QueryAsync(PostgreSqlModerationStore.Audit + "WHERE a.user_id = $1 AND a.seq > $2 ORDER BY a.seq LIMIT $3",
            statement => statement.With(about.Value).With((long?)after).With(limit), PostgreSqlModerationStore.AuditRow, ct);

    public async ValueTask<bool> BeginAsync(UserId user, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            bool isErased;
            var version = 0L;
            await using (var batch = call.BeginBatch())
            {
                // Not changed but deleted and added anew, so that no column can be forgotten. Password and log-ins go with it.
                batch.Add("DELETE FROM users WHERE user_id = $1 AND account_status <> $2 RETURNING version").With(user.Value).With((short)AccountStatus.Erased);
                batch.Add("SELECT EXISTS (SELECT 1 FROM users WHERE user_id = $1)").With(user.Value);
                await using var rows = await call.ReadAsync(batch);
                if (await rows.ReadAsync(call.Token))
                    version = rows.GetInt64(0);
                await rows.NextResultAsync(call.Token);
                await rows.ReadAsync(call.Token);
                isErased = rows.GetBoolean(0);
            }
            if (isErased)
                return false;
            await using var rest = call.Batch();
            rest.Add(PostgreSqlAccountStore.NextChange);
            rest.Add(Tombstone).With(user.Value).With(Account.ErasedUsername(user)).With(Account.ErasedName).With((short)AccountStatus.Erased).With(now).With((long?)(version + 1));
            rest.Add("INSERT INTO unfinished_erasures (user_id) VALUES ($1) ON CONFLICT DO NOTHING").With(user.Value);
            await call.CommitAsync(rest);
            return true;
        }, ct);

    public async ValueTask<IReadOnlyList<Erasure>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct) =>
        await database.QueryAsync("SELECT user_id, due IS NOT NULL FROM unfinished_erasures WHERE coalesce(due, $1) <= $1 LIMIT $2", statement => statement.With(now).With(limit),
            row => new Erasure(new UserId(row.GetId(0)), row.GetBoolean(1)), ct);

    public async ValueTask<bool> EraseAsync(UserId user, CancellationToken ct)
    {
        var mentioning = await database.QueryAsync("SELECT comment_id, draft FROM held_comments WHERE user_id <> $1 AND draft LIKE $2 LIMIT $3", statement => statement.With(user.Value).With($"%{user}%").With(Changed),
            row => (Comment: row.GetId(0), Draft: row.GetString(1)), ct);
        foreach (var (comment, draft) in mentioning)
            await database.ExecuteAsync("UPDATE held_comments SET draft = $2 WHERE comment_id = $1 AND draft = $3", statement => statement.With(comment).With(HeldDraftJson.Without(draft, user)).With(draft), ct);
        var held = await DeleteHeldAsync(user, ct);
        return mentioning.Count + held
            + await database.ExecuteAsync(EraseReports, statement => statement.With(user.Value).With(Changed), ct)
            + await database.ExecuteAsync(EraseReasons, statement => statement.With(user.Value).With(Changed), ct)
            // The counts stay: they name nobody.
            + await database.ExecuteAsync("DELETE FROM poll_votes WHERE (poll_id, user_id) IN (SELECT poll_id, user_id FROM poll_votes WHERE user_id = $1 LIMIT $2)", statement => statement.With(user.Value).With(Changed), ct)
            + await database.ExecuteAsync("DELETE FROM restrictions WHERE user_id = $1", statement => statement.With(user.Value), ct)
            + await database.ExecuteAsync("DELETE FROM ban_traces WHERE user_id = $1 OR trace = $1", statement => statement.With(user.Value), ct)
            + (await database.WriteAsync(call => PostgreSqlEventCatalog.ChangeAsync(call, Leave, statement => statement.With(user.Value)), ct) ? 1 : 0) == 0;
    }

    public async ValueTask EraseReportsAsync(IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.BeginBatch();
            AddReports(batch, [.. comments.Select(comment => comment.Value)]);
            await call.CommitAsync(batch);
            return true;
        }, ct);

    public async ValueTask RepeatAsync(UserId user, DateTimeOffset due, CancellationToken ct) =>
        await database.ExecuteAsync("UPDATE unfinished_erasures SET due = $2 WHERE user_id = $1", statement => statement.With(user.Value).With(due), ct);

    public async ValueTask FinishAsync(UserId user, CancellationToken ct) =>
        await database.ExecuteAsync("DELETE FROM unfinished_erasures WHERE user_id = $1", statement => statement.With(user.Value), ct);

    private async Task<int> DeleteHeldAsync(UserId user, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            List<Guid> held;
            await using (var batch = call.BeginBatch())
            {
                batch.Add(DeleteHeld).With(user.Value).With(Changed);
                held = await call.QueryAsync(batch, row => row.GetId(0));
            }
            await using var rest = call.Batch();
            AddReports(rest, [.. held]);
            await call.CommitAsync(rest);
            return held.Count;
        }, ct);

    /// <summary>Settles the reports about comments that are gone, and erases their reasons, which are about their author.</summary>
    public static void AddReports(NpgsqlBatch batch, Guid[] comments)
    {
        PostgreSqlModerationStore.Settle(batch, Array.ConvertAll(comments, comment => new CommentId(comment)));
        batch.Add("UPDATE reports SET reason = '' WHERE comment_id = ANY ($1) AND reason <> ''").With(comments);
    }
}
