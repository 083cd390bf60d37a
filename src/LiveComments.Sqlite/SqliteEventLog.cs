using LiveComments.Log;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>Logs as rows clustered by log and seq.</summary>
internal sealed class SqliteEventLog(SqliteDatabase database, TimeProvider time) : IEventLog
{
    /// <summary>
    /// logs.event_id is null once a log is deleted: nothing finds it any more, and its rows are removed in steps.
    /// <c>logs.pin</c> is the newest entry of pinning. <c>entries.thread</c> is the first comment of a reply's thread, <c>entries.removal</c> the entry that removed a comment,
    /// <c>entries.text</c> null once the text of a removed comment was erased; the removal then points to itself.
    /// </summary>
    public const string Schema = """
        CREATE TABLE logs(
            log INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id BLOB UNIQUE,
            epoch INTEGER NOT NULL,
            last_seq INTEGER NOT NULL,
            last_time INTEGER NOT NULL,
            status INTEGER NOT NULL,
            pin INTEGER,
            started_at INTEGER,
            ended_at INTEGER);
        CREATE TABLE entries(
            entry INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL,
            time INTEGER NOT NULL,
            removal INTEGER,
            thread INTEGER,
            reply_count INTEGER NOT NULL DEFAULT 0,
            role INTEGER,
            comment_id BLOB,
            user_id BLOB,
            username TEXT,
            display_name TEXT,
            avatar_url TEXT,
            text TEXT,
            mentions BLOB,
            client_platform TEXT,
            client_version TEXT,
            payload);
        CREATE INDEX entries_by_thread ON entries(thread) WHERE thread IS NOT NULL;
        CREATE INDEX comments_by_author ON entries(user_id, comment_id) WHERE kind = 1 AND removal IS NULL;
        CREATE INDEX removals_to_erase ON entries(time) WHERE kind = 2 AND removal IS NULL;
        CREATE TABLE comment_ids(comment_id BLOB PRIMARY KEY, entry INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE mentions(user_id BLOB NOT NULL, comment_id BLOB NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY(user_id, comment_id)) WITHOUT ROWID;
        CREATE TABLE idempotency(key BLOB PRIMARY KEY, fingerprint BLOB NOT NULL, entry INTEGER NOT NULL, time INTEGER NOT NULL) WITHOUT ROWID;

        """;

    /// <summary>Entries that are not comments, and removed comments. They are few, so comments are counted by subtracting them.</summary>
    public const string Others = "CREATE INDEX entries_others ON entries(entry) WHERE kind <> 1 OR removal IS NOT NULL;\n";

    /// <summary>
    /// <c>logs.staged</c> is the comment on stage. The <c>payload</c> of a comment that was asked as a question says whether it was answered; other comments have none, so that few entries are in the index.
    /// </summary>
    public const string StageAndQuestions = """
        ALTER TABLE logs ADD COLUMN staged BLOB;
        CREATE INDEX entries_marked ON entries(entry) WHERE payload IS NOT NULL;

        """;

    public async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct)
    {
        if (drafts.Count == 0)
            return [];
        var keys = new byte[]?[drafts.Count];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = drafts[i] is CommentDraft { Key: { } key } comment ? key.ToStored(id, comment.Author.Id) : null;
        return await database.WriteAsync(connection => LogAppend.Run(connection, id, drafts, keys, time.GetUtcNow().ToUnixTimeMilliseconds()), ct, drafts.Count, brief: true);
    }

    public async ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => LogRow.Find(connection, id) is not { } log ? null : Page(connection, log, connection.Statement(
            "SELECT " + EntryRow.Columns + " FROM entries e" + EntryRow.Joins + "WHERE e.entry > ?1 AND e.entry <= ?2 ORDER BY e.entry LIMIT ?3")
            .Bind(1, EntryKey.Of(log.Log, afterSeq).Value).Bind(2, EntryKey.Of(log.Log, log.LastSeq).Value).Bind(3, limit)), ct);

    public async ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            if (LogRow.Find(connection, id) is not { } log)
                return null;
            // No seq is missing, so counting back needs no look-up.
            var last = Math.Min(beforeSeq - 1, log.LastSeq);
            return Page(connection, log, connection.Statement(
                "SELECT " + EntryRow.Columns + " FROM entries e" + EntryRow.Joins + "WHERE e.entry > ?1 AND e.entry <= ?2 ORDER BY e.entry")
                .Bind(1, EntryKey.Of(log.Log, last - limit).Value).Bind(2, EntryKey.Of(log.Log, last).Value));
        }, ct);

    public async ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            var heads = new Dictionary<EventId, LogHead>(ids.Count);
            foreach (var id in ids)
                if (LogRow.Find(connection, id) is { } log)
                    heads[id] = new LogHead(log.Head, log.Status, DateTimeOffset.FromUnixTimeMilliseconds(log.LastTime),
                        log.Pin is { } pin ? EntryRow.FindNamed(connection, pin, log.Epoch) : null, log.Staged is { } staged ? EntryRow.Find(connection, staged, log.Epoch) : null);
            return heads;
        }, ct);

    public async ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            using var unlink = connection.Statement("UPDATE logs SET event_id = NULL WHERE event_id = ?1").Bind(1, id.Value);
            unlink.Run();
            return LogSweep.Step(connection);
        }, ct);

    private static LogPage Page(SqliteConnection connection, LogRow log, Statement rows)
    {
        using (rows)
        {
            var entries = new List<Entry>();
            while (rows.Step())
                entries.Add(EntryRow.ReadEntry(connection, rows, log.Epoch));
            return new LogPage(entries, log.Head);
        }
    }
}
