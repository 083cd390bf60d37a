using LiveComments.Comments;
using LiveComments.Log;
using LiveComments.Stores;

namespace LiveComments.PostgreSql;

/// <summary>Logs as rows by log and seq. The row of a log in <c>logs</c> is locked by whoever appends to it, so the order of commits is the order of seqs, on all nodes together.</summary>
internal sealed class PostgreSqlEventLog(PostgreSqlDatabase database, TimeProvider time) : IEventLog
{
    /// <summary>
    /// logs.event_id is null once a log is deleted: nothing finds it any more, and its rows are removed in steps. <c>entries.reply_to</c> is the first comment of a reply's thread,
    /// <c>entries.removal</c> the seq of the entry that removed a comment, <c>entries.text</c> null once the text of a removed comment was erased; the removal then points to itself. A head
    /// changes with every append: its page has room for the next versions of the row, so that no index changes with it.
    /// <para>
    /// <c>last_before</c> finds the last seq that is older than a time. Times never decrease along seq and no seq is missing, so a binary search over the log itself finds it: about 20 rows of
    /// a million are read.
    /// </para>
    /// </summary>
    public const string Schema = """
        CREATE TABLE logs (
            log integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            event_id uuid UNIQUE,
            epoch bigint NOT NULL,
            last_seq bigint NOT NULL,
            last_time timestamptz NOT NULL,
            status smallint NOT NULL,
            pinned uuid,
            ended_at timestamptz
        ) WITH (fillfactor = 40);
        CREATE INDEX logs_deleted ON logs (log) WHERE event_id IS NULL;
        CREATE INDEX logs_ended ON logs (event_id) WHERE ended_at IS NOT NULL;
        CREATE TABLE entries (
            seq bigint NOT NULL,
            time timestamptz NOT NULL,
            log integer NOT NULL,
            reply_count integer NOT NULL DEFAULT 0,
            kind smallint NOT NULL,
            role smallint,
            removal bigint,
            comment_id uuid,
            user_id uuid,
            reply_to uuid,
            username text,
            display_name text,
            avatar_url text,
            text text,
            mentions json,
            client_platform text,
            client_version text,
            payload text,
            PRIMARY KEY (log, seq)
        ) WITH (fillfactor = 90);
        CREATE UNIQUE INDEX comments_by_id ON entries (comment_id) WHERE kind = 1;
        CREATE INDEX comments_by_thread ON entries (reply_to, seq) WHERE reply_to IS NOT NULL;
        CREATE INDEX comments_by_author ON entries (user_id, comment_id) WHERE kind = 1 AND removal IS NULL;
        CREATE INDEX removals_to_erase ON entries (time) WHERE kind = 2 AND removal IS NULL;
        CREATE INDEX entries_others ON entries (log, seq) WHERE kind <> 1 OR removal IS NOT NULL;
        CREATE TABLE mentions (
            user_id uuid NOT NULL,
            comment_id uuid NOT NULL,
            PRIMARY KEY (user_id, comment_id)
        );
        CREATE TABLE idempotency (
            key bytea PRIMARY KEY,
            fingerprint uuid NOT NULL,
            seq bigint NOT NULL,
            time timestamptz NOT NULL,
            log integer NOT NULL
        );
        CREATE FUNCTION last_before(of_log integer, before timestamptz, low bigint, high bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
        DECLARE
            middle bigint;
        BEGIN
            WHILE low < high LOOP
                middle := low + (high - low + 1) / 2;
                IF (SELECT e.time < before FROM entries e WHERE e.log = of_log AND e.seq = middle) THEN
                    low := middle;
                ELSE
                    high := middle - 1;
                END IF;
            END LOOP;
            RETURN low;
        END
        $$;

        """;

    /// <summary>
    /// <c>logs.staged</c> is the comment on stage. The <c>payload</c> of a comment that was asked as a question says whether it was answered; other comments have none, so that few entries are in the index.
    /// </summary>
    public const string StageAndQuestions = """
        ALTER TABLE logs ADD COLUMN staged uuid;
        CREATE INDEX entries_marked ON entries (log, seq) WHERE payload IS NOT NULL;

        """;

    /// <summary>One statement, so that the head and the entries are of one moment. An empty page is one row without an entry.</summary>
    private const string Page = "SELECT " + LogHeadRow.Columns + ", e.* FROM logs l LEFT JOIN LATERAL (SELECT " + EntryRow.Columns + " FROM entries e" + EntryRow.Joins
        + "WHERE e.log = l.log AND e.seq > $2 AND e.seq <= l.last_seq ORDER BY e.seq LIMIT $3) e ON true WHERE " + LogHeadRow.OfEvent;

    /// <summary>No seq is missing, so counting back needs no look-up.</summary>
    private const string LatestPage = "SELECT " + LogHeadRow.Columns + ", e.* FROM logs l LEFT JOIN LATERAL (SELECT " + EntryRow.Columns + " FROM entries e" + EntryRow.Joins
        + "WHERE e.log = l.log AND e.seq > least($2 - 1, l.last_seq) - $3 AND e.seq <= least($2 - 1, l.last_seq) ORDER BY e.seq) e ON true WHERE " + LogHeadRow.OfEvent;

    private const string Heads = "SELECT " + LogHeadRow.Columns + ", l.event_id FROM logs l WHERE l.event_id = ANY($1)";

    /// <summary>Of the time limit, half is for waiting and half for the transaction.</summary>
    private readonly EventLanes<EntryDraft, AppendResult> _lanes = new(
        (id, drafts) => database.WriteAsync(call => LogAppend.RunAsync(call, id, drafts, time.GetUtcNow()), database.Options.Timeout / 2, CancellationToken.None),
        database.Options.Timeout / 2, database.Options.Calls, database.Options.AppendTogether);

    public async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct) =>
        drafts.Count == 0 ? [] : await _lanes.WriteAsync(id, drafts, ct);

    public async ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) => await PageAsync(Page, id, afterSeq, limit, ct);

    public async ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct) => await PageAsync(LatestPage, id, beforeSeq, limit, ct);

    public async ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(Heads).With(ids.Select(id => id.Value).ToArray());
            var heads = await call.QueryAsync(batch, row => (Id: new EventId(row.GetId(LogHeadRow.ColumnCount)), Log: LogHeadRow.Read(row)));
            // Few events have any.
            var shown = heads.SelectMany(head => new[] { head.Log.Pinned, head.Log.Staged }).OfType<CommentId>().Select(comment => comment.Value).Distinct().ToArray();
            var comments = new Dictionary<CommentId, Comment>();
            if (shown.Length > 0)
            {
                await using var named = call.Batch();
                named.Add(EntryRow.CommentsById).With(shown);
                comments = (await call.QueryAsync(named, row => EntryRow.ReadComment(row, 0, 0))).ToDictionary(comment => comment.Id);
            }
            return heads.ToDictionary(head => head.Id, head => new LogHead(head.Log.Head, head.Log.Status, head.Log.LastTime, Shown(head.Log.Pinned, head.Log), Shown(head.Log.Staged, head.Log)));

            Comment? Shown(CommentId? id, LogHeadRow log) =>
                id is { } one && comments.TryGetValue(one, out var comment) ? comment with { Position = comment.Position with { Epoch = log.Epoch } } : null;
        }, ct);

    public async ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct)
    {
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("UPDATE logs SET event_id = NULL WHERE event_id = $1").With(id.Value);
            return await call.ExecuteAsync(batch);
        }, ct);
        return await database.WriteAsync(LogSweep.StepAsync, ct);
    }

    private async Task<LogPage?> PageAsync(string sql, EventId id, long seq, long limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            LogHeadRow? log = null;
            var entries = new List<(Entry, CommentId?)>();
            await using (var batch = call.Batch())
            {
                batch.Add(sql).With(id.Value).With(seq).With(limit);
                await using var rows = await call.ReadAsync(batch);
                while (await rows.ReadAsync(call.Token))
                {
                    log ??= LogHeadRow.Read(rows);
                    if (!rows.IsDBNull(LogHeadRow.ColumnCount))
                        entries.Add(EntryRow.ReadEntry(rows, log.Value.Epoch, LogHeadRow.ColumnCount));
                }
            }
            return log is { } found ? new LogPage(await EntryRow.ReadNamed(call, found.Epoch, entries), found.Head) : null;
        }, ct);
}
