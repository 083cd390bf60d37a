using LiveComments.Log;
using LiveComments.Moderation;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>What moderators work with, in SQLite. <see cref="ModerationRules"/> decide; this gathers the facts and writes.</summary>
internal sealed class SqliteModerationStore(SqliteDatabase database, TimeProvider time) : IModerationStore
{
    /// <summary>
    /// The audit log is of all events in one chain and is never changed; the reasons stand beside it, because they may be erased. <c>unfinished_decisions</c> has the decisions from which an entry of a log
    /// must still follow. The number of a restriction's last change is the seq of the decision that changed it. A scope of all events is sixteen zero bytes.
    /// </summary>
    public const string Schema = """
        CREATE TABLE held_comments (
            comment_id BLOB PRIMARY KEY,
            event_id BLOB NOT NULL,
            user_id BLOB NOT NULL,
            key BLOB,
            fingerprint BLOB,
            held_at INTEGER NOT NULL,
            state INTEGER NOT NULL DEFAULT 0,
            decided_at INTEGER,
            release_at INTEGER,
            place_epoch INTEGER,
            place_seq INTEGER,
            draft TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX held_comments_by_key ON held_comments (key) WHERE key IS NOT NULL;
        CREATE INDEX held_comments_by_event ON held_comments (event_id, comment_id);
        CREATE INDEX held_comments_waiting ON held_comments (event_id, comment_id) WHERE state = 0;
        CREATE INDEX held_comments_due ON held_comments (release_at) WHERE release_at IS NOT NULL AND state = 0;
        CREATE INDEX held_comments_releasing ON held_comments (held_at, comment_id) WHERE state = 3;
        CREATE INDEX held_comments_shadowed ON held_comments (user_id, comment_id) WHERE state = 4;
        CREATE INDEX held_comments_waiting_by_author ON held_comments (user_id, comment_id) WHERE state = 0;
        CREATE INDEX held_comments_decided ON held_comments (decided_at) WHERE decided_at IS NOT NULL;
        CREATE TABLE reported_comments (
            comment_id BLOB PRIMARY KEY,
            event_id BLOB NOT NULL,
            waiting INTEGER NOT NULL,
            first_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX reported_comments_waiting ON reported_comments (event_id, waiting DESC, comment_id) WHERE waiting > 0;
        CREATE TABLE reports (
            comment_id BLOB NOT NULL,
            user_id BLOB NOT NULL,
            event_id BLOB NOT NULL,
            reason TEXT NOT NULL,
            at INTEGER NOT NULL,
            settled INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (comment_id, user_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX reports_by_event ON reports (event_id);
        CREATE TABLE moderation_audit (
            seq INTEGER PRIMARY KEY,
            decision_id BLOB NOT NULL UNIQUE,
            event_id BLOB NOT NULL,
            by_user BLOB NOT NULL,
            at INTEGER NOT NULL,
            action INTEGER NOT NULL,
            comment_id BLOB,
            user_id BLOB,
            span INTEGER,
            undoes BLOB,
            digest BLOB NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE INDEX moderation_audit_by_event ON moderation_audit (event_id, seq);
        CREATE INDEX moderation_audit_by_comment ON moderation_audit (comment_id, seq) WHERE comment_id IS NOT NULL;
        CREATE INDEX moderation_audit_by_user ON moderation_audit (user_id, seq) WHERE user_id IS NOT NULL;
        CREATE UNIQUE INDEX moderation_audit_undone ON moderation_audit (undoes) WHERE undoes IS NOT NULL;
        CREATE TRIGGER moderation_audit_stays BEFORE UPDATE ON moderation_audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
        CREATE TRIGGER moderation_audit_is_kept BEFORE DELETE ON moderation_audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
        CREATE TABLE moderation_reasons (seq INTEGER PRIMARY KEY, salt BLOB NOT NULL, reason TEXT) STRICT;
        CREATE TABLE unfinished_decisions (seq INTEGER PRIMARY KEY, decision_id BLOB NOT NULL UNIQUE, at INTEGER NOT NULL, comment_id BLOB NOT NULL) STRICT;
        CREATE TABLE restrictions (
            event_id BLOB NOT NULL,
            user_id BLOB NOT NULL,
            kind INTEGER NOT NULL,
            until INTEGER,
            every INTEGER,
            decision_id BLOB NOT NULL,
            change INTEGER NOT NULL,
            PRIMARY KEY (event_id, user_id, kind)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX restrictions_by_change ON restrictions (change);
        CREATE INDEX restrictions_ended ON restrictions (until) WHERE until IS NOT NULL;

        """;

    /// <summary>Rows of one step of a deletion: a few milliseconds of the writer's time.</summary>
    private const long Rows = 500;

    public const string HeldColumns = "comment_id, event_id, user_id, fingerprint, held_at, state, draft, release_at, place_epoch, place_seq";

    private const string EarlierColumns = "comment_id, user_id, held_at, fingerprint, release_at, place_epoch, place_seq";

    private const string AuditColumns = "a.seq, a.decision_id, a.event_id, a.by_user, a.at, a.action, a.comment_id, a.user_id, a.span, a.undoes, a.digest, a.hash, r.salt, r.reason";

    /// <summary>Lines of the audit log with their reasons, for <see cref="AuditRow"/>.</summary>
    public const string Audit = "SELECT " + AuditColumns + " FROM moderation_audit a LEFT JOIN moderation_reasons r ON r.seq = a.seq ";

    private static readonly byte[] Everywhere = new byte[16];

    public async ValueTask<IReadOnlyList<AppendResult>> HoldAsync(EventId id, IReadOnlyList<CommentDraft> drafts, CancellationToken ct)
    {
        var rows = drafts.Select(draft => (Draft: draft, Key: draft.Key?.ToStored(id, draft.Author.Id), Json: HeldDraftJson.Write(draft))).ToArray();
        return await database.WriteAsync(connection =>
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            return (IReadOnlyList<AppendResult>)[.. rows.Select(row => Hold(connection, id, row.Draft, row.Key, row.Json, now))];
        }, ct, drafts.Count, brief: true);
    }

    public async ValueTask<IReadOnlyList<HeldComment>> WaitingAsync(EventId id, bool delayed, CommentId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT " + HeldColumns + " FROM held_comments WHERE event_id = $1 AND comment_id > $2 AND state = 0 AND release_at IS " + (delayed ? "NOT NULL" : "NULL") + " ORDER BY comment_id LIMIT $3",
            HeldRow, id.Value.Blob(), (after?.Value ?? default).Blob(), limit), ct);

    public async ValueTask<IReadOnlyList<HeldComment>> ReleaseAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        // Nearly always nothing is due: that needs no write.
        if (await database.ReadAsync(connection => connection.Scalar<long>("""
            SELECT EXISTS (SELECT 1 FROM held_comments WHERE release_at <= $1 AND state = 0) OR EXISTS (SELECT 1 FROM held_comments WHERE state = 3)
            """, now.ToUnixTimeMilliseconds()), ct) == 0)
            return [];
        return await database.WriteAsync(connection =>
        {
            connection.Execute("UPDATE held_comments SET state = 3 WHERE release_at <= $1 AND state = 0", now.ToUnixTimeMilliseconds());
            return (IReadOnlyList<HeldComment>)connection.Query("SELECT " + HeldColumns + " FROM held_comments WHERE state = 3 ORDER BY held_at, comment_id LIMIT $1", HeldRow, limit);
        }, ct);
    }

    public async ValueTask ReleasedAsync(IReadOnlyCollection<CommentId> comments, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(connection => comments.Sum(comment =>
            connection.Execute("UPDATE held_comments SET state = 1, decided_at = $2 WHERE comment_id = $1 AND state = 3", comment.Value.Blob(), now.ToUnixTimeMilliseconds())), ct, comments.Count);

    public async ValueTask<IReadOnlyList<HeldComment>> ShadowedAsync(EventId id, UserId author, long afterSeq, long toSeq, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT " + HeldColumns + " FROM held_comments WHERE user_id = $1 AND state = 4 AND event_id = $2 AND place_seq > $3 AND place_seq <= $4 ORDER BY place_seq DESC, comment_id DESC LIMIT $5",
            HeldRow, author.Value.Blob(), id.Value.Blob(), afterSeq, toSeq, limit), ct);

    public async ValueTask<IReadOnlyList<HeldComment>> ShadowedAsync(UserId author, CommentId? before, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT " + HeldColumns + " FROM held_comments WHERE user_id = $1 AND state = 4 AND comment_id < $2 ORDER BY comment_id DESC LIMIT $3",
            HeldRow, author.Value.Blob(), (before?.Value ?? Guid.AllBitsSet).Blob(), limit), ct);

    public async ValueTask<bool> WithdrawAsync(EventId id, CommentId comment, UserId author, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(connection => connection.Execute(
            "UPDATE held_comments SET state = 2, decided_at = $4 WHERE comment_id = $1 AND event_id = $2 AND user_id = $3 AND state IN (0, 4)",
            comment.Value.Blob(), id.Value.Blob(), author.Value.Blob(), now.ToUnixTimeMilliseconds()), ct) > 0;

    public async ValueTask<IReadOnlyList<HeldComment>> FindHeldAsync(EventId id, IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        await database.ReadAsync(connection => (IReadOnlyList<HeldComment>)[.. comments.Distinct().Select(comment => connection.QueryFirst(
            "SELECT " + HeldColumns + " FROM held_comments WHERE comment_id = $1 AND event_id = $2", HeldRow, comment.Value.Blob(), id.Value.Blob())).OfType<HeldComment>()], ct);

    public async ValueTask<IReadOnlyList<HeldComment>> HeldSinceAsync(EventId id, DateTimeOffset since, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT " + HeldColumns + " FROM (SELECT * FROM held_comments WHERE event_id = $1 ORDER BY comment_id DESC LIMIT $3) WHERE held_at >= $2 ORDER BY comment_id DESC", HeldRow, id.Value.Blob(), since.ToUnixTimeMilliseconds(), limit), ct);

    public async ValueTask<IReadOnlyList<HeldComment>> WaitingOfAsync(UserId author, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT " + HeldColumns + " FROM held_comments WHERE user_id = $1 AND state = 0 ORDER BY comment_id DESC LIMIT $2", HeldRow, author.Value.Blob(), limit), ct);

    public async ValueTask<bool> ReportAsync(Report report, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            if (connection.Execute("INSERT INTO reports (comment_id, user_id, event_id, reason, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                report.Comment.Value.Blob(), report.By.Value.Blob(), report.Event.Value.Blob(), report.Reason, report.At.ToUnixTimeMilliseconds()) == 0)
                return false;
            connection.Execute("""
                INSERT INTO reported_comments (comment_id, event_id, waiting, first_at) VALUES ($1, $2, 1, $3)
                ON CONFLICT (comment_id) DO UPDATE SET waiting = waiting + 1, first_at = CASE waiting WHEN 0 THEN excluded.first_at ELSE first_at END
                """, report.Comment.Value.Blob(), report.Event.Value.Blob(), report.At.ToUnixTimeMilliseconds());
            return true;
        }, ct);

    public async ValueTask<IReadOnlyList<ReportedComment>> ReportedAsync(EventId id, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => (IReadOnlyList<ReportedComment>)[.. connection.Query(
            "SELECT comment_id, waiting, first_at FROM reported_comments WHERE event_id = $1 AND waiting > 0 ORDER BY waiting DESC, comment_id LIMIT $2",
            row => new ReportedComment(new CommentId(row.GetId(0)), row.GetInt32(1), row.GetTime(2), []), id.Value.Blob(), limit)
            .Select(reported => reported with
            {
                Reasons = connection.Query("SELECT reason FROM reports WHERE comment_id = $1 AND settled = 0 AND reason <> '' ORDER BY at, user_id LIMIT $2", row => row.GetString(0), reported.Comment.Value.Blob(), ReportedComment.MaxReasons),
            })], ct);

    public async ValueTask SettleAsync(IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            foreach (var comment in comments)
                Settle(connection, comment);
            return true;
        }, ct, comments.Count);

    public async ValueTask<IReadOnlyList<DecisionOutcome>> DecideAsync(IReadOnlyList<ModeratorDecision> decisions, CancellationToken ct) =>
        await database.WriteAsync(connection => (IReadOnlyList<DecisionOutcome>)[.. decisions.Select(decision => Decide(connection, decision))], ct, 4 * decisions.Count);

    public async ValueTask<ModeratorDecision?> FindDecisionAsync(Guid decision, CancellationToken ct) =>
        await database.ReadAsync(connection => Find(connection, decision), ct);

    public async ValueTask<IReadOnlyList<ModeratorDecision>> UnfinishedAsync(DateTimeOffset before, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => Decisions(connection.Query(
            Audit + "JOIN unfinished_decisions u ON u.seq = a.seq WHERE u.at < $1 ORDER BY a.seq LIMIT $2", AuditRow, before.ToUnixTimeMilliseconds(), limit)), ct);

    public async ValueTask FinishAsync(IReadOnlyCollection<Guid> decisions, CancellationToken ct) =>
        await database.WriteAsync(connection => decisions.Sum(decision => connection.Execute("DELETE FROM unfinished_decisions WHERE decision_id = $1", decision.Blob())), ct, decisions.Count);

    public async ValueTask<RestrictionChanges> RestrictionsAsync(long after, CancellationToken ct) =>
        await database.ReadAsync(connection => new RestrictionChanges(
            connection.Scalar<long?>("SELECT max(seq) FROM moderation_audit") ?? 0,
            connection.Query("SELECT event_id, user_id, kind, until, every, decision_id FROM restrictions WHERE change > $1 ORDER BY change", RestrictionRow, after)), ct);

    public async ValueTask<IReadOnlyList<AuditEntry>> AuditAsync(EventId? id, long before, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            var entries = id is { } only
                ? connection.Query(Audit + "WHERE a.event_id = $1 AND a.seq < $2 ORDER BY a.seq DESC LIMIT $3", AuditRow, only.Value.Blob(), before, limit)
                : connection.Query(Audit + "WHERE a.seq < $1 ORDER BY a.seq DESC LIMIT $2", AuditRow, before, limit);
            entries.Reverse();
            return (IReadOnlyList<AuditEntry>)entries;
        }, ct);

    public async ValueTask<IReadOnlyList<AuditEntry>> AuditAfterAsync(long after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(Audit + "WHERE a.seq > $1 ORDER BY a.seq LIMIT $2", AuditRow, after, limit), ct);

    public async ValueTask<IReadOnlyList<ModeratorDecision>> DecisionsAboutAsync(UserId user, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => Decisions(connection.Query(Audit + "WHERE a.user_id = $1 ORDER BY a.seq DESC LIMIT $2", AuditRow, user.Value.Blob(), limit)), ct);

    public async ValueTask<IReadOnlyList<ModeratorDecision>> NotesAsync(EventId id, UserId user, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => Decisions(connection.Query(
            Audit + "WHERE a.user_id = $1 AND a.action = $2 AND a.event_id IN ($3, $4) AND r.reason IS NOT NULL AND NOT EXISTS (SELECT 1 FROM moderation_audit u WHERE u.undoes = a.decision_id) ORDER BY a.seq DESC LIMIT $5",
            AuditRow, user.Value.Blob(), (long)DecisionAction.Note, Scope(id), Everywhere, limit)), ct);

    public async ValueTask<IReadOnlyList<ModeratorDecision>> PurgedAsync(ModeratorDecision purge, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => Decisions(connection.Query(
            Audit + "WHERE a.user_id = $1 AND a.comment_id IS NOT NULL AND a.event_id = $2 AND a.by_user = $3 AND a.at = $4 ORDER BY a.seq LIMIT $5", AuditRow,
            purge.User?.Value.Blob(), Scope(purge.Event), purge.By.Value.Blob(), purge.At.ToUnixTimeMilliseconds(), limit)), ct);

    public async ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) =>
        await database.WriteAsync(connection =>
            connection.Execute("DELETE FROM held_comments WHERE comment_id IN (SELECT comment_id FROM held_comments WHERE event_id = $1 LIMIT $2)", id.Value.Blob(), Rows) == 0
            && connection.Execute("DELETE FROM reports WHERE (comment_id, user_id) IN (SELECT comment_id, user_id FROM reports WHERE event_id = $1 LIMIT $2)", id.Value.Blob(), Rows) == 0
            && connection.Execute("DELETE FROM reported_comments WHERE comment_id IN (SELECT comment_id FROM reported_comments WHERE event_id = $1 LIMIT $2)", id.Value.Blob(), Rows) == 0
            && connection.Execute("DELETE FROM restrictions WHERE event_id = $1", id.Value.Blob()) == 0, ct);

    public async ValueTask<bool> ForgetAsync(DateTimeOffset before, CancellationToken ct) =>
        await database.WriteAsync(connection =>
            connection.Execute("""
                DELETE FROM held_comments WHERE comment_id IN (SELECT comment_id FROM held_comments WHERE decided_at < $1 AND comment_id NOT IN (SELECT comment_id FROM unfinished_decisions) LIMIT $2)
                """, before.ToUnixTimeMilliseconds(), Rows)
            + connection.Execute("DELETE FROM restrictions WHERE (event_id, user_id, kind) IN (SELECT event_id, user_id, kind FROM restrictions WHERE until < $1 AND kind <> 4 LIMIT $2)", before.ToUnixTimeMilliseconds(), Rows) == 0, ct);

    private static AppendResult Hold(SqliteConnection connection, EventId id, CommentDraft draft, byte[]? key, string json, long now)
    {
        var earlier = key is null ? null : connection.QueryFirst("SELECT " + EarlierColumns + " FROM held_comments WHERE key = $1", EarlierRow, key);
        earlier ??= connection.QueryFirst("SELECT " + EarlierColumns + " FROM held_comments WHERE comment_id = $1", EarlierRow, draft.Id.Value.Blob());
        if (ModerationRules.AnswerOf(draft, earlier) is { } answer)
            return answer;
        (answer, var kept, var state) = ModerationRules.Hold(draft, DateTimeOffset.FromUnixTimeMilliseconds(now));
        connection.Execute("INSERT INTO held_comments (comment_id, event_id, user_id, key, fingerprint, held_at, state, release_at, place_epoch, place_seq, draft) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            draft.Id.Value.Blob(), id.Value.Blob(), draft.Author.Id.Value.Blob(), key, draft.Key is { } used ? Blob(used.Fingerprint) : null, now, (long)state,
            kept.ReleaseAt?.ToUnixTimeMilliseconds(), kept.Place?.Epoch, kept.Place?.Seq, json);
        return answer;
    }

    private static DecisionOutcome Decide(SqliteConnection connection, ModeratorDecision decision)
    {
        var (outcome, effect) = ModerationRules.Decide(decision, FactsOf(connection, decision));
        if (effect is null)
            return outcome;
        var last = connection.QueryFirst("SELECT seq, hash FROM moderation_audit ORDER BY seq DESC LIMIT 1", row => ((long Seq, byte[] Hash)?)(row.GetInt64(0), row.GetFieldValue<byte[]>(1))) ?? (0, AuditChain.Start);
        var entry = AuditChain.Next(last.Seq, last.Hash, decision);
        Write(connection, entry);
        Apply(connection, entry, effect);
        return outcome;
    }

    private static DecisionFacts FactsOf(SqliteConnection connection, ModeratorDecision decision)
    {
        var undone = decision.Undoes is { } undoes ? Find(connection, undoes) : null;
        var (comment, user) = (decision.Comment?.Value.Blob(), decision.User?.Value.Blob());
        var scope = Scope(decision.Event);
        var (first, second) = ModerationRules.AnsweredBy(decision.Action);
        return new DecisionFacts
        {
            Undone = undone,
            Held = comment is null ? null : connection.QueryFirst("SELECT state FROM held_comments WHERE comment_id = $1 AND event_id = $2", row => (HeldState?)row.GetInt64(0), comment, scope),
            IsReported = comment is not null && connection.Scalar<long>("SELECT waiting FROM reported_comments WHERE comment_id = $1 AND event_id = $2", comment, scope) > 0,
            Earlier = (decision.Undoes is { } taken ? connection.QueryFirst(Audit + "WHERE a.undoes = $1", AuditRow, taken.Blob())
                : comment is not null ? connection.QueryFirst(Audit + "WHERE a.comment_id = $1 AND a.event_id = $2 AND a.action IN ($3, $4) ORDER BY a.seq DESC LIMIT 1", AuditRow, comment, scope, (long)first, (long)second)
                : connection.QueryFirst(Audit + "WHERE a.user_id = $1 AND a.comment_id IS NULL AND a.event_id = $2 AND a.action IN ($3, $4) ORDER BY a.seq DESC LIMIT 1", AuditRow, user, scope, (long)first, (long)second))?.Decision,
            Restrictions = comment is not null || user is null ? []
                : connection.Query("SELECT event_id, user_id, kind, until, every, decision_id FROM restrictions WHERE event_id = $1 AND user_id = $2", RestrictionRow, scope, user),
        };
    }

    private static void Write(SqliteConnection connection, AuditEntry entry)
    {
        var decision = entry.Decision;
        connection.Execute("""
            INSERT INTO moderation_audit (seq, decision_id, event_id, by_user, at, action, comment_id, user_id, span, undoes, digest, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """, entry.Seq, decision.Id.Blob(), Scope(decision.Event), decision.By.Value.Blob(), decision.At.ToUnixTimeMilliseconds(), (long)decision.Action, decision.Comment?.Value.Blob(),
            decision.User?.Value.Blob(), (long?)decision.Span?.TotalSeconds, decision.Undoes?.Blob(), entry.Digest, entry.Hash);
        connection.Execute("INSERT INTO moderation_reasons (seq, salt, reason) VALUES ($1, $2, $3)", entry.Seq, entry.Salt, decision.Reason);
    }

    private static void Apply(SqliteConnection connection, AuditEntry entry, DecisionEffect effect)
    {
        var decision = entry.Decision;
        if (effect.Becomes is { } state)
            connection.Execute("UPDATE held_comments SET state = $2, decided_at = $3 WHERE comment_id = $1", decision.Comment!.Value.Value.Blob(), (long)state,
                state == HeldState.Held ? null : decision.At.ToUnixTimeMilliseconds());
        if (effect.SettlesReports)
            Settle(connection, decision.Comment!.Value);
        if (effect.Adds is { } added)
            connection.Execute("""
                INSERT INTO restrictions (event_id, user_id, kind, until, every, decision_id, change) VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (event_id, user_id, kind) DO UPDATE SET until = excluded.until, every = excluded.every, decision_id = excluded.decision_id, change = excluded.change
                """, Scope(added.Event), added.User.Value.Blob(), (long)added.Kind, added.Until?.ToUnixTimeMilliseconds(), (long?)added.Every?.TotalSeconds, added.Decision.Blob(), entry.Seq);
        foreach (var ended in effect.Ends)
            connection.Execute("UPDATE restrictions SET until = $4, change = $5 WHERE event_id = $1 AND user_id = $2 AND kind = $3",
                Scope(ended.Event), ended.User.Value.Blob(), (long)ended.Kind, decision.At.ToUnixTimeMilliseconds(), entry.Seq);
        if (effect.IsUnfinished)
            connection.Execute("INSERT INTO unfinished_decisions (seq, decision_id, at, comment_id) VALUES ($1, $2, $3, $4)",
                entry.Seq, decision.Id.Blob(), decision.At.ToUnixTimeMilliseconds(), (decision.Comment?.Value ?? default).Blob());
    }

    /// <summary>Settles the reports about a comment.</summary>
    public static void Settle(SqliteConnection connection, CommentId comment)
    {
        connection.Execute("UPDATE reported_comments SET waiting = 0 WHERE comment_id = $1", comment.Value.Blob());
        connection.Execute("UPDATE reports SET settled = 1 WHERE comment_id = $1 AND settled = 0", comment.Value.Blob());
    }

    private static ModeratorDecision? Find(SqliteConnection connection, Guid decision) => connection.QueryFirst(Audit + "WHERE a.decision_id = $1", AuditRow, decision.Blob())?.Decision;

    private static IReadOnlyList<ModeratorDecision> Decisions(List<AuditEntry> entries) => entries.ConvertAll(entry => entry.Decision);

    /// <summary>A row of <see cref="HeldColumns"/>.</summary>
    public static HeldComment HeldRow(SqliteDataReader row) => new(
        new EventId(row.GetId(1)), HeldDraftJson.Read(row.GetString(6), new CommentId(row.GetId(0)), new UserId(row.GetId(2)), FingerprintOrNull(row, 3)), row.GetTime(4), (HeldState)row.GetInt64(5), row.GetTimeOrNull(7), PlaceOrNull(row, 8));

    private static EarlierHold? EarlierRow(SqliteDataReader row) => new EarlierHold(new CommentId(row.GetId(0)), new UserId(row.GetId(1)), row.GetTime(2), FingerprintOrNull(row, 3), row.GetTimeOrNull(4), PlaceOrNull(row, 5));

    public static AuditEntry AuditRow(SqliteDataReader row) => new(
        row.GetInt64(0),
        new ModeratorDecision(row.GetId(1), EventOf(row.GetId(2)), new UserId(row.GetId(3)), row.GetTime(4), (DecisionAction)row.GetInt64(5),
            row.IsDBNull(6) ? null : new CommentId(row.GetId(6)), row.IsDBNull(7) ? null : new UserId(row.GetId(7)), SecondsOrNull(row, 8), row.GetStringOrNull(13), row.IsDBNull(9) ? null : row.GetId(9)),
        row.GetFieldValue<byte[]>(10), row.GetFieldValue<byte[]>(11), row.IsDBNull(12) ? null : row.GetFieldValue<byte[]>(12));

    private static Restriction RestrictionRow(SqliteDataReader row) =>
        new(EventOf(row.GetId(0)), new UserId(row.GetId(1)), (RestrictionKind)row.GetInt64(2), row.GetTimeOrNull(3), SecondsOrNull(row, 4), row.GetId(5));

    private static Position? PlaceOrNull(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : new Position(row.GetInt64(column), row.GetInt64(column + 1));

    private static TimeSpan? SecondsOrNull(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : TimeSpan.FromSeconds(row.GetInt64(column));

    private static byte[] Scope(EventId? id) => id is { } only ? only.Value.Blob() : Everywhere;

    private static EventId? EventOf(Guid scope) => scope == default ? null : new EventId(scope);

    private static byte[] Blob(UInt128 fingerprint)
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, fingerprint);
        return bytes;
    }

    private static UInt128? FingerprintOrNull(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(row.GetFieldValue<byte[]>(column));
}
