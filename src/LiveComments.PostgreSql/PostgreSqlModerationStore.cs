using System.Globalization;
using LiveComments.Log;
using LiveComments.Moderation;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>What moderators work with, in PostgreSQL. <see cref="ModerationRules"/> decide; this gathers the facts and writes.</summary>
internal sealed class PostgreSqlModerationStore(PostgreSqlDatabase database, TimeProvider time) : IModerationStore
{
    /// <summary>
    /// The audit log is of all events in one chain and is never changed; the reasons stand beside it, because they may be erased. Whoever decides locks the head, so the order of commits is the order of
    /// seqs. <c>unfinished_decisions</c> has the decisions from which an entry of a log must still follow. The number of a restriction's last change is the seq of the decision that changed it. A scope of
    /// all events is the zero UUID.
    /// </summary>
    public const string Schema = """
        CREATE TABLE held_comments (
            comment_id uuid PRIMARY KEY,
            event_id uuid NOT NULL,
            user_id uuid NOT NULL,
            key bytea,
            fingerprint uuid,
            held_at timestamptz NOT NULL,
            state smallint NOT NULL DEFAULT 0,
            decided_at timestamptz,
            release_at timestamptz,
            place_epoch bigint,
            place_seq bigint,
            draft text NOT NULL
        );
        CREATE UNIQUE INDEX held_comments_by_key ON held_comments (key) WHERE key IS NOT NULL;
        CREATE INDEX held_comments_by_event ON held_comments (event_id, comment_id);
        CREATE INDEX held_comments_waiting ON held_comments (event_id, comment_id) WHERE state = 0;
        CREATE INDEX held_comments_due ON held_comments (release_at) WHERE release_at IS NOT NULL AND state = 0;
        CREATE INDEX held_comments_releasing ON held_comments (held_at, comment_id) WHERE state = 3;
        CREATE INDEX held_comments_shadowed ON held_comments (user_id, comment_id) WHERE state = 4;
        CREATE INDEX held_comments_waiting_by_author ON held_comments (user_id, comment_id) WHERE state = 0;
        CREATE INDEX held_comments_decided ON held_comments (decided_at) WHERE decided_at IS NOT NULL;
        CREATE TABLE reported_comments (
            comment_id uuid PRIMARY KEY,
            event_id uuid NOT NULL,
            waiting integer NOT NULL,
            first_at timestamptz NOT NULL
        );
        CREATE INDEX reported_comments_waiting ON reported_comments (event_id, waiting DESC, comment_id) WHERE waiting > 0;
        CREATE TABLE reports (
            comment_id uuid NOT NULL,
            user_id uuid NOT NULL,
            event_id uuid NOT NULL,
            reason text NOT NULL,
            at timestamptz NOT NULL,
            settled boolean NOT NULL DEFAULT false,
            PRIMARY KEY (comment_id, user_id)
        );
        CREATE INDEX reports_by_event ON reports (event_id);
        CREATE TABLE moderation_audit (
            seq bigint PRIMARY KEY,
            decision_id uuid NOT NULL UNIQUE,
            event_id uuid NOT NULL,
            by_user uuid NOT NULL,
            at timestamptz NOT NULL,
            action smallint NOT NULL,
            comment_id uuid,
            user_id uuid,
            span bigint,
            undoes uuid,
            digest bytea NOT NULL,
            hash bytea NOT NULL
        );
        CREATE INDEX moderation_audit_by_event ON moderation_audit (event_id, seq);
        CREATE INDEX moderation_audit_by_comment ON moderation_audit (comment_id, seq) WHERE comment_id IS NOT NULL;
        CREATE INDEX moderation_audit_by_user ON moderation_audit (user_id, seq) WHERE user_id IS NOT NULL;
        CREATE UNIQUE INDEX moderation_audit_undone ON moderation_audit (undoes) WHERE undoes IS NOT NULL;
        CREATE FUNCTION moderation_audit_stays() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''the audit log is only added to''; END';
        CREATE TRIGGER moderation_audit_stays BEFORE UPDATE OR DELETE ON moderation_audit FOR EACH ROW EXECUTE FUNCTION moderation_audit_stays();
        CREATE TABLE moderation_audit_head (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), seq bigint NOT NULL, hash bytea NOT NULL);
        INSERT INTO moderation_audit_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));
        CREATE TABLE moderation_reasons (seq bigint PRIMARY KEY, salt bytea NOT NULL, reason text);
        CREATE TABLE unfinished_decisions (seq bigint PRIMARY KEY, decision_id uuid NOT NULL UNIQUE, at timestamptz NOT NULL, comment_id uuid NOT NULL);
        CREATE TABLE restrictions (
            event_id uuid NOT NULL,
            user_id uuid NOT NULL,
            kind smallint NOT NULL,
            until timestamptz,
            every bigint,
            decision_id uuid NOT NULL,
            change bigint NOT NULL,
            PRIMARY KEY (event_id, user_id, kind)
        );
        CREATE INDEX restrictions_by_change ON restrictions (change);
        CREATE INDEX restrictions_ended ON restrictions (until) WHERE until IS NOT NULL;

        """;

    /// <summary>The class of the advisory locks of whoever holds comments in an event.</summary>
    private const int HoldLocks = PostgreSqlSchema.LockClass + 1;

    /// <summary>Rows of one step of a deletion.</summary>
    private const int Rows = 1_000;

    public const string HeldColumns = "comment_id, event_id, user_id, fingerprint, held_at, state, draft, release_at, place_epoch, place_seq";

    /// <summary>Lines of the audit log with their reasons, for <see cref="AuditRow"/>.</summary>
    public const string Audit = """
        SELECT a.seq, a.decision_id, a.event_id, a.by_user, a.at, a.action, a.comment_id, a.user_id, a.span, a.undoes, a.digest, a.hash, r.salt, r.reason
        FROM moderation_audit a LEFT JOIN moderation_reasons r ON r.seq = a.seq

        """;

    private const string RestrictionColumns = "event_id, user_id, kind, until, every, decision_id";

    private const string PutReport = """
        WITH added AS (
            INSERT INTO reports (comment_id, user_id, event_id, reason, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1
        )
        INSERT INTO reported_comments (comment_id, event_id, waiting, first_at) SELECT $1, $3, 1, $5 FROM added
        ON CONFLICT (comment_id) DO UPDATE SET waiting = reported_comments.waiting + 1,
            first_at = CASE reported_comments.waiting WHEN 0 THEN excluded.first_at ELSE reported_comments.first_at END
        """;

    private const string Reported = """
        SELECT c.comment_id, c.waiting, c.first_at, ARRAY(SELECT r.reason FROM reports r WHERE r.comment_id = c.comment_id AND NOT r.settled AND r.reason <> '' ORDER BY r.at, r.user_id LIMIT $3)
        FROM reported_comments c WHERE c.event_id = $1 AND c.waiting > 0 ORDER BY c.waiting DESC, c.comment_id LIMIT $2
        """;

    private const string PutRestriction = """
        INSERT INTO restrictions (event_id, user_id, kind, until, every, decision_id, change) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (event_id, user_id, kind) DO UPDATE SET until = excluded.until, every = excluded.every, decision_id = excluded.decision_id, change = excluded.change
        """;

    private static readonly string LockHolds = string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({HoldLocks}, hashtext($1::text))");

    public async ValueTask<IReadOnlyList<AppendResult>> HoldAsync(EventId id, IReadOnlyList<CommentDraft> drafts, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            var keys = drafts.Select(draft => draft.Key?.ToStored(id, draft.Author.Id)).ToArray();
            var (byId, byKey) = (new Dictionary<CommentId, EarlierHold>(), new Dictionary<string, EarlierHold>(StringComparer.Ordinal));
            await using (var batch = call.BeginBatch())
            {
                batch.Add(LockHolds).With(id.Value);
                batch.Add("SELECT comment_id, user_id, held_at, fingerprint, key, release_at, place_epoch, place_seq FROM held_comments WHERE comment_id = ANY ($1) OR key = ANY ($2)")
                    .With(drafts.Select(draft => draft.Id.Value).ToArray()).With(keys.OfType<byte[]>().ToArray());
                await using var rows = await call.ReadAsync(batch);
                // Behind the answer of the lock.
                await rows.NextResultAsync(call.Token);
                while (await rows.ReadAsync(call.Token))
                {
                    var earlier = new EarlierHold(new CommentId(rows.GetId(0)), new UserId(rows.GetId(1)), rows.GetTime(2), FingerprintOrNull(rows, 3), rows.GetTimeOrNull(5), PlaceOrNull(rows, 6));
                    byId[earlier.Id] = earlier;
                    if (!rows.IsDBNull(4))
                        byKey[Convert.ToHexString(rows.GetFieldValue<byte[]>(4))] = earlier;
                }
            }
            var now = time.GetUtcNow().ToMilliseconds();
            var results = new AppendResult[drafts.Count];
            await using var writes = call.Batch();
            for (var i = 0; i < results.Length; i++)
            {
                var (draft, key) = (drafts[i], keys[i] is { } used ? Convert.ToHexString(used) : null);
                EarlierHold? earlier = key is not null && byKey.TryGetValue(key, out var same) ? same : byId.TryGetValue(draft.Id, out same) ? same : null;
                if (ModerationRules.AnswerOf(draft, earlier) is { } answer)
                {
                    results[i] = answer;
                    continue;
                }
                (results[i], var kept, var state) = ModerationRules.Hold(draft, now);
                byId[draft.Id] = kept;
                if (key is not null)
                    byKey[key] = kept;
                writes.Add("""
                    INSERT INTO held_comments (comment_id, event_id, user_id, key, fingerprint, held_at, state, release_at, place_epoch, place_seq, draft)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                    """).With(draft.Id.Value).With(id.Value).With(draft.Author.Id.Value).With(keys[i]!).With(draft.Key?.Fingerprint.ToGuid()).With(now).With((short)state)
                    .With(kept.ReleaseAt).With(kept.Place?.Epoch).With(kept.Place?.Seq).With(HeldDraftJson.Write(draft));
            }
            call.Rows = writes.BatchCommands.Count;
            if (call.Rows > 0)
                await call.CommitAsync(writes);
            return results;
        }, ct);

    public async ValueTask<IReadOnlyList<HeldComment>> WaitingAsync(EventId id, bool delayed, CommentId? after, int limit, CancellationToken ct) =>
        await QueryAsync("SELECT " + HeldColumns + " FROM held_comments WHERE event_id = $1 AND comment_id > $2 AND state = 0 AND release_at IS " + (delayed ? "NOT NULL" : "NULL") + " ORDER BY comment_id LIMIT $3",
            statement => statement.With(id.Value).With(after?.Value ?? default).With(limit), HeldRow, ct);

    public async ValueTask<IReadOnlyList<HeldComment>> ReleaseAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        // Nearly always nothing is due: that needs no write.
        if ((await QueryAsync("SELECT EXISTS (SELECT 1 FROM held_comments WHERE release_at <= $1 AND state = 0) OR EXISTS (SELECT 1 FROM held_comments WHERE state = 3)",
            statement => statement.With(now), row => row.GetBoolean(0), ct)) is [false])
            return [];
        await ExecuteAsync("UPDATE held_comments SET state = 3 WHERE release_at <= $1 AND state = 0", statement => statement.With(now), ct);
        return await QueryAsync("SELECT " + HeldColumns + " FROM held_comments WHERE state = 3 ORDER BY held_at, comment_id LIMIT $1", statement => statement.With(limit), HeldRow, ct);
    }

    public async ValueTask ReleasedAsync(IReadOnlyCollection<CommentId> comments, DateTimeOffset now, CancellationToken ct) =>
        await ExecuteAsync("UPDATE held_comments SET state = 1, decided_at = $2 WHERE comment_id = ANY ($1) AND state = 3",
            statement => statement.With(comments.Select(comment => comment.Value).ToArray()).With(now), ct);

    public async ValueTask<IReadOnlyList<HeldComment>> ShadowedAsync(EventId id, UserId author, long afterSeq, long toSeq, int limit, CancellationToken ct) =>
        await QueryAsync("SELECT " + HeldColumns + " FROM held_comments WHERE user_id = $1 AND state = 4 AND event_id = $2 AND place_seq > $3 AND place_seq <= $4 ORDER BY place_seq DESC, comment_id DESC LIMIT $5",
            statement => statement.With(author.Value).With(id.Value).With((long?)afterSeq).With((long?)toSeq).With(limit), HeldRow, ct);

    public async ValueTask<IReadOnlyList<HeldComment>> ShadowedAsync(UserId author, CommentId? before, int limit, CancellationToken ct) =>
        await QueryAsync("SELECT " + HeldColumns + " FROM held_comments WHERE user_id = $1 AND state = 4 AND comment_id < $2 ORDER BY comment_id DESC LIMIT $3",
            statement => statement.With(author.Value).With(before?.Value ?? Guid.AllBitsSet).With(limit), HeldRow, ct);

    public async ValueTask<bool> WithdrawAsync(EventId id, CommentId comment, UserId author, DateTimeOffset now, CancellationToken ct) =>
        await ExecuteAsync("UPDATE held_comments SET state = 2, decided_at = $4 WHERE comment_id = $1 AND event_id = $2 AND user_id = $3 AND state IN (0, 4)",
            statement => statement.With(comment.Value).With(id.Value).With(author.Value).With(now), ct) > 0;

    public async ValueTask<IReadOnlyList<HeldComment>> FindHeldAsync(EventId id, IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        await QueryAsync("SELECT " + HeldColumns + " FROM held_comments WHERE comment_id = ANY ($1) AND event_id = $2",
            statement => statement.With(comments.Select(comment => comment.Value).ToArray()).With(id.Value), HeldRow, ct);

    public async ValueTask<IReadOnlyList<HeldComment>> HeldSinceAsync(EventId id, DateTimeOffset since, int limit, CancellationToken ct) =>
        await QueryAsync("SELECT " + HeldColumns + " FROM (SELECT * FROM held_comments WHERE event_id = $1 ORDER BY comment_id DESC LIMIT $3) last WHERE held_at >= $2 ORDER BY comment_id DESC",
            statement => statement.With(id.Value).With(since).With(limit), HeldRow, ct);

    public async ValueTask<IReadOnlyList<HeldComment>> WaitingOfAsync(UserId author, int limit, CancellationToken ct) =>
        await QueryAsync("SELECT " + HeldColumns + " FROM held_comments WHERE user_id = $1 AND state = 0 ORDER BY comment_id DESC LIMIT $2",
            statement => statement.With(author.Value).With(limit), HeldRow, ct);

    public async ValueTask<bool> ReportAsync(Report report, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(PutReport).With(report.Comment.Value).With(report.By.Value).With(report.Event.Value).With(report.Reason).With(report.At);
            return await call.ExecuteAsync(batch);
        }, ct) > 0;

    public async ValueTask<IReadOnlyList<ReportedComment>> ReportedAsync(EventId id, int limit, CancellationToken ct) =>
        await QueryAsync(Reported, statement => statement.With(id.Value).With(limit).With(ReportedComment.MaxReasons),
            row => new ReportedComment(new CommentId(row.GetId(0)), row.GetInt32(1), row.GetTime(2), row.GetFieldValue<string[]>(3)), ct);

    public async ValueTask SettleAsync(IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.BeginBatch();
            Settle(batch, [.. comments]);
            await call.CommitAsync(batch);
            return true;
        }, ct);

    public async ValueTask<IReadOnlyList<DecisionOutcome>> DecideAsync(IReadOnlyList<ModeratorDecision> decisions, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            var (seq, hash, facts) = await FactsAsync(call, decisions);
            var first = seq;
            var outcomes = new DecisionOutcome[decisions.Count];
            await using var writes = call.Batch();
            for (var i = 0; i < outcomes.Length; i++)
            {
                (outcomes[i], var effect) = ModerationRules.Decide(decisions[i], facts[i]);
                if (effect is null)
                    continue;
                var entry = AuditChain.Next(seq, hash, decisions[i]);
                (seq, hash) = (entry.Seq, entry.Hash);
                Write(writes, entry);
                Apply(writes, entry, effect);
            }
            if (seq == first)
                return outcomes;
            writes.Add("UPDATE moderation_audit_head SET seq = $1, hash = $2").With((long?)seq).With(hash);
            call.Rows = writes.BatchCommands.Count;
            await call.CommitAsync(writes);
            return (IReadOnlyList<DecisionOutcome>)outcomes;
        }, ct);

    public async ValueTask<ModeratorDecision?> FindDecisionAsync(Guid decision, CancellationToken ct) =>
        (await QueryAsync(Audit + "WHERE a.decision_id = $1", statement => statement.With(decision), AuditRow, ct)).FirstOrDefault()?.Decision;

    public async ValueTask<IReadOnlyList<ModeratorDecision>> UnfinishedAsync(DateTimeOffset before, int limit, CancellationToken ct) =>
        Decisions(await QueryAsync(Audit + "JOIN unfinished_decisions u ON u.seq = a.seq WHERE u.at < $1 ORDER BY a.seq LIMIT $2", statement => statement.With(before).With(limit), AuditRow, ct));

    public async ValueTask FinishAsync(IReadOnlyCollection<Guid> decisions, CancellationToken ct) =>
        await ExecuteAsync("DELETE FROM unfinished_decisions WHERE decision_id = ANY ($1)", statement => statement.With(decisions.ToArray()), ct);

    public async ValueTask<RestrictionChanges> RestrictionsAsync(long after, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            // The head first: what is committed between the two is told again.
            batch.Add("SELECT seq FROM moderation_audit_head");
            batch.Add("SELECT " + RestrictionColumns + " FROM restrictions WHERE change > $1 ORDER BY change").With((long?)after);
            await using var rows = await call.ReadAsync(batch);
            await rows.ReadAsync(call.Token);
            var change = rows.GetInt64(0);
            await rows.NextResultAsync(call.Token);
            return new RestrictionChanges(change, await call.ListAsync(rows, RestrictionRow));
        }, ct);

    public async ValueTask<IReadOnlyList<AuditEntry>> AuditAsync(EventId? id, long before, int limit, CancellationToken ct)
    {
        var entries = id is { } only
            ? await QueryAsync(Audit + "WHERE a.event_id = $1 AND a.seq < $2 ORDER BY a.seq DESC LIMIT $3", statement => statement.With(only.Value).With((long?)before).With(limit), AuditRow, ct)
            : await QueryAsync(Audit + "WHERE a.seq < $1 ORDER BY a.seq DESC LIMIT $2", statement => statement.With((long?)before).With(limit), AuditRow, ct);
        entries.Reverse();
        return entries;
    }

    public async ValueTask<IReadOnlyList<AuditEntry>> AuditAfterAsync(long after, int limit, CancellationToken ct) =>
        await QueryAsync(Audit + "WHERE a.seq > $1 ORDER BY a.seq LIMIT $2", statement => statement.With((long?)after).With(limit), AuditRow, ct);

    public async ValueTask<IReadOnlyList<ModeratorDecision>> DecisionsAboutAsync(UserId user, int limit, CancellationToken ct) =>
        Decisions(await QueryAsync(Audit + "WHERE a.user_id = $1 ORDER BY a.seq DESC LIMIT $2", statement => statement.With(user.Value).With(limit), AuditRow, ct));

    public async ValueTask<IReadOnlyList<ModeratorDecision>> NotesAsync(EventId id, UserId user, int limit, CancellationToken ct) =>
        Decisions(await QueryAsync(
            Audit + "WHERE a.user_id = $1 AND a.action = $2 AND a.event_id IN ($3, $4) AND r.reason IS NOT NULL AND NOT EXISTS (SELECT 1 FROM moderation_audit u WHERE u.undoes = a.decision_id) ORDER BY a.seq DESC LIMIT $5",
            statement => statement.With(user.Value).With((short)DecisionAction.Note).With(Scope(id)).With(Scope(null)).With(limit), AuditRow, ct));

    public async ValueTask<IReadOnlyList<ModeratorDecision>> PurgedAsync(ModeratorDecision purge, int limit, CancellationToken ct) =>
        Decisions(await QueryAsync(Audit + "WHERE a.user_id = $1 AND a.comment_id IS NOT NULL AND a.event_id = $2 AND a.by_user = $3 AND a.at = $4 ORDER BY a.seq LIMIT $5",
            statement => statement.With(purge.User?.Value).With(Scope(purge.Event)).With(purge.By.Value).With(purge.At).With(limit), AuditRow, ct));

    public async ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) =>
        await DeleteAsync(ct,
            batch => batch.Add("DELETE FROM held_comments WHERE comment_id IN (SELECT comment_id FROM held_comments WHERE event_id = $1 LIMIT $2)").With(id.Value).With(Rows),
            batch => batch.Add("DELETE FROM reports WHERE (comment_id, user_id) IN (SELECT comment_id, user_id FROM reports WHERE event_id = $1 LIMIT $2)").With(id.Value).With(Rows),
            batch => batch.Add("DELETE FROM reported_comments WHERE comment_id IN (SELECT comment_id FROM reported_comments WHERE event_id = $1 LIMIT $2)").With(id.Value).With(Rows),
            batch => batch.Add("DELETE FROM restrictions WHERE event_id = $1").With(id.Value));

    public async ValueTask<bool> ForgetAsync(DateTimeOffset before, CancellationToken ct) =>
        await DeleteAsync(ct,
            batch => batch.Add("""
                DELETE FROM held_comments WHERE comment_id IN (
                    SELECT comment_id FROM held_comments h WHERE decided_at < $1 AND NOT EXISTS (SELECT 1 FROM unfinished_decisions u WHERE u.comment_id = h.comment_id) LIMIT $2)
                """).With(before).With(Rows),
            batch => batch.Add("DELETE FROM restrictions WHERE (event_id, user_id, kind) IN (SELECT event_id, user_id, kind FROM restrictions WHERE until < $1 AND kind <> 4 LIMIT $2)").With(before).With(Rows));

    private async ValueTask<List<T>> QueryAsync<T>(string sql, Action<NpgsqlBatchCommand> bind, Func<NpgsqlDataReader, T> row, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            bind(batch.Add(sql));
            return await call.QueryAsync(batch, row);
        }, ct);

    private async ValueTask<int> ExecuteAsync(string sql, Action<NpgsqlBatchCommand> bind, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            bind(batch.Add(sql));
            return await call.ExecuteAsync(batch);
        }, ct);

    /// <summary>Runs deletions in turn until one has deleted something; true when none has.</summary>
    private async ValueTask<bool> DeleteAsync(CancellationToken ct, params Action<NpgsqlBatch>[] deletions)
    {
        foreach (var delete in deletions)
            if (await database.WriteAsync(async call =>
            {
                await using var batch = call.Batch();
                delete(batch);
                return await call.ExecuteAsync(batch);
            }, ct) > 0)
                return false;
        return true;
    }

    /// <summary>Locks the head of the audit log, and reads in the same round trip what is known about each decision.</summary>
    private static async Task<(long Seq, byte[] Hash, DecisionFacts[] Facts)> FactsAsync(StoreCall call, IReadOnlyList<ModeratorDecision> decisions)
    {
        await using var batch = call.BeginBatch();
        batch.Add("SELECT seq, hash FROM moderation_audit_head FOR UPDATE");
        foreach (var decision in decisions)
        {
            var scope = Scope(decision.Event);
            var (comment, user) = (decision.Comment?.Value, decision.User?.Value);
            var (first, second) = ModerationRules.AnsweredBy(decision.Action);
            batch.Add("SELECT (SELECT state FROM held_comments WHERE comment_id = $1 AND event_id = $2), coalesce((SELECT waiting FROM reported_comments WHERE comment_id = $1 AND event_id = $2), 0)")
                .With(comment).With(scope);
            if (decision.Undoes is { } undoes)
                batch.Add(Audit + "WHERE a.undoes = $1").With(undoes);
            else if (comment is not null)
                batch.Add(Audit + "WHERE a.comment_id = $1 AND a.event_id = $2 AND a.action IN ($3, $4) ORDER BY a.seq DESC LIMIT 1").With(comment).With(scope).With((short)first).With((short)second);
            else
                batch.Add(Audit + "WHERE a.user_id = $1 AND a.comment_id IS NULL AND a.event_id = $2 AND a.action IN ($3, $4) ORDER BY a.seq DESC LIMIT 1").With(user).With(scope).With((short)first).With((short)second);
            batch.Add("SELECT " + RestrictionColumns + " FROM restrictions WHERE event_id = $1 AND user_id = $2").With(scope).With(comment is null ? user : null);
            batch.Add(Audit + "WHERE a.decision_id = $1").With(decision.Undoes);
        }
        await using var rows = await call.ReadAsync(batch);
        await rows.ReadAsync(call.Token);
        var (seq, hash) = (rows.GetInt64(0), rows.GetFieldValue<byte[]>(1));
        var facts = new DecisionFacts[decisions.Count];
        for (var i = 0; i < facts.Length; i++)
        {
            await rows.NextResultAsync(call.Token);
            await rows.ReadAsync(call.Token);
            var (held, reports) = (rows.IsDBNull(0) ? null : (HeldState?)rows.GetInt16(0), rows.GetInt32(1));
            await rows.NextResultAsync(call.Token);
            var earlier = await call.ListAsync(rows, AuditRow);
            await rows.NextResultAsync(call.Token);
            var restrictions = await call.ListAsync(rows, RestrictionRow);
            await rows.NextResultAsync(call.Token);
            var undone = await call.ListAsync(rows, AuditRow);
            facts[i] = new DecisionFacts { Held = held, IsReported = reports > 0, Earlier = earlier.FirstOrDefault()?.Decision, Restrictions = restrictions, Undone = undone.FirstOrDefault()?.Decision };
        }
        return (seq, hash, facts);
    }

    private static void Write(NpgsqlBatch batch, AuditEntry entry)
    {
        var decision = entry.Decision;
        batch.Add("INSERT INTO moderation_audit (seq, decision_id, event_id, by_user, at, action, comment_id, user_id, span, undoes, digest, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
            .With((long?)entry.Seq).With(decision.Id).With(Scope(decision.Event)).With(decision.By.Value).With(decision.At).With((short)decision.Action).With(decision.Comment?.Value)
            .With(decision.User?.Value).With((long?)decision.Span?.TotalSeconds).With(decision.Undoes).With(entry.Digest).With(entry.Hash);
        batch.Add("INSERT INTO moderation_reasons (seq, salt, reason) VALUES ($1, $2, $3)").With((long?)entry.Seq).With(entry.Salt!).With(decision.Reason);
    }

    private static void Apply(NpgsqlBatch batch, AuditEntry entry, DecisionEffect effect)
    {
        var decision = entry.Decision;
        if (effect.Becomes is { } state)
            batch.Add("UPDATE held_comments SET state = $2, decided_at = $3 WHERE comment_id = $1").With(decision.Comment!.Value.Value).With((short)state)
                .With(state == HeldState.Held ? null : (DateTimeOffset?)decision.At);
        if (effect.SettlesReports)
            Settle(batch, decision.Comment!.Value);
        if (effect.Adds is { } added)
            batch.Add(PutRestriction).With(Scope(added.Event)).With(added.User.Value).With((short)added.Kind).With(added.Until).With((long?)added.Every?.TotalSeconds).With(added.Decision).With((long?)entry.Seq);
        foreach (var ended in effect.Ends)
            batch.Add("UPDATE restrictions SET until = $4, change = $5 WHERE event_id = $1 AND user_id = $2 AND kind = $3")
                .With(Scope(ended.Event)).With(ended.User.Value).With((short)ended.Kind).With(decision.At).With((long?)entry.Seq);
        if (effect.IsUnfinished)
            batch.Add("INSERT INTO unfinished_decisions (seq, decision_id, at, comment_id) VALUES ($1, $2, $3, $4)")
                .With((long?)entry.Seq).With(decision.Id).With(decision.At).With(decision.Comment?.Value ?? default);
    }

    /// <summary>Settles the reports about comments.</summary>
    public static void Settle(NpgsqlBatch batch, params CommentId[] comments)
    {
        var ids = Array.ConvertAll(comments, comment => comment.Value);
        batch.Add("UPDATE reported_comments SET waiting = 0 WHERE comment_id = ANY ($1)").With(ids);
        batch.Add("UPDATE reports SET settled = true WHERE comment_id = ANY ($1) AND NOT settled").With(ids);
    }

    private static IReadOnlyList<ModeratorDecision> Decisions(List<AuditEntry> entries) => entries.ConvertAll(entry => entry.Decision);

    /// <summary>A row of <see cref="HeldColumns"/>.</summary>
    public static HeldComment HeldRow(NpgsqlDataReader row) => new(
        new EventId(row.GetId(1)), HeldDraftJson.Read(row.GetString(6), new CommentId(row.GetId(0)), new UserId(row.GetId(2)), FingerprintOrNull(row, 3)), row.GetTime(4), (HeldState)row.GetInt16(5), row.GetTimeOrNull(7), PlaceOrNull(row, 8));

    public static AuditEntry AuditRow(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        new ModeratorDecision(row.GetId(1), EventOf(row.GetId(2)), new UserId(row.GetId(3)), row.GetTime(4), (DecisionAction)row.GetInt16(5),
            row.IsDBNull(6) ? null : new CommentId(row.GetId(6)), row.IsDBNull(7) ? null : new UserId(row.GetId(7)), SecondsOrNull(row, 8), row.GetStringOrNull(13), row.IsDBNull(9) ? null : row.GetId(9)),
        row.GetFieldValue<byte[]>(10), row.GetFieldValue<byte[]>(11), row.IsDBNull(12) ? null : row.GetFieldValue<byte[]>(12));

    private static Restriction RestrictionRow(NpgsqlDataReader row) =>
        new(EventOf(row.GetId(0)), new UserId(row.GetId(1)), (RestrictionKind)row.GetInt16(2), row.GetTimeOrNull(3), SecondsOrNull(row, 4), row.GetId(5));

    private static Position? PlaceOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : new Position(row.GetInt64(column), row.GetInt64(column + 1));

    private static TimeSpan? SecondsOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : TimeSpan.FromSeconds(row.GetInt64(column));

    private static UInt128? FingerprintOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetId(column).ToUInt128();

    private static Guid Scope(EventId? id) => id?.Value ?? default;

    private static EventId? EventOf(Guid scope) => scope == default ? null : new EventId(scope);
}
