using System.Collections.ObjectModel;
using LiveComments.Reactions;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>One row for each person's reaction to a comment, and the counts of each comment beside them.</summary>
internal sealed class SqliteReactionStore(SqliteDatabase database, TimeProvider time) : IReactionStore
{
    /// <summary>
    /// <c>reaction_history</c> has the counts of a comment at the end of each second in which they changed, for replay. Its rows
    /// stand in the order of time, so that a commit writes where the one before it wrote, and a comment that thousands react to
    /// at once has one row for all of them. <c>reaction_activity</c> has how often people reacted in each second of an event.
    /// Times in both are seconds since 1970.
    /// </summary>
    public const string Schema = """
        CREATE TABLE reactions(entry INTEGER NOT NULL, user_id BLOB NOT NULL, type INTEGER NOT NULL, PRIMARY KEY(entry, user_id)) WITHOUT ROWID;
        CREATE TABLE reaction_counts(
            entry INTEGER PRIMARY KEY,
            log INTEGER NOT NULL,
            version INTEGER NOT NULL,
            likes INTEGER NOT NULL,
            loves INTEGER NOT NULL,
            hahas INTEGER NOT NULL,
            wows INTEGER NOT NULL,
            sads INTEGER NOT NULL,
            angries INTEGER NOT NULL,
            total INTEGER NOT NULL);
        CREATE INDEX popular ON reaction_counts(log, total DESC) WHERE total > 0;
        CREATE TABLE reaction_history(
            log INTEGER NOT NULL,
            time INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            likes INTEGER NOT NULL,
            loves INTEGER NOT NULL,
            hahas INTEGER NOT NULL,
            wows INTEGER NOT NULL,
            sads INTEGER NOT NULL,
            angries INTEGER NOT NULL,
            PRIMARY KEY(log, time, entry)) WITHOUT ROWID;
        CREATE TABLE reaction_activity(log INTEGER NOT NULL, time INTEGER NOT NULL, changes INTEGER NOT NULL, PRIMARY KEY(log, time)) WITHOUT ROWID;

        """;

    public async ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct) =>
        drafts.Count == 0 ? [] : await database.WriteAsync(connection => Apply(connection, id, drafts, time.GetUtcNow().ToUnixTimeMilliseconds()), ct, drafts.Count, brief: true);

    public async ValueTask<IReadOnlyDictionary<CommentId, ReactionType>> GivenByAsync(EventId id, UserId userId, IReadOnlyCollection<CommentId> comments, CancellationToken ct)
    {
        if (comments.Count == 0)
            return ReadOnlyDictionary<CommentId, ReactionType>.Empty;
        // One statement for any number of ids, passed as one concatenated value.
        byte[] ids = [.. comments.SelectMany(comment => comment.Value.Blob())];
        return await database.ReadAsync(connection =>
        {
            var given = new Dictionary<CommentId, ReactionType>();
            if (LogRow.Find(connection, id) is not { } log)
                return given;
            // CROSS JOIN keeps the order: each id is looked up, and then this person's row under it.
            using var rows = connection.Statement("""
                WITH RECURSIVE asked(place) AS (SELECT 1 UNION ALL SELECT place + 16 FROM asked WHERE place + 16 < length(?1))
                SELECT i.comment_id, r.type
                FROM asked CROSS JOIN comment_ids i ON i.comment_id = substr(?1, place, 16) CROSS JOIN reactions r ON r.entry = i.entry AND r.user_id = ?2
                WHERE i.entry >> 32 = ?3
                """).Bind(1, ids).Bind(2, userId.Value).Bind(3, log.Log);
            while (rows.Step())
                given[new CommentId(rows.Id(0))] = (ReactionType)rows.Int32(1);
            return given;
        }, ct);
    }

    public async ValueTask<IReadOnlyList<CommentTally>> ChangedAsync(EventId id, long afterVersion, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            var changed = new List<CommentTally>();
            if (LogRow.Find(connection, id) is not { } log)
                return changed;
            using var rows = connection.Statement("""
                SELECT e.comment_id, c.version, c.likes, c.loves, c.hahas, c.wows, c.sads, c.angries
                FROM reaction_counts c INDEXED BY reaction_changes CROSS JOIN entries e ON e.entry = c.entry
                WHERE c.log = ?1 AND c.version > ?2 AND c.version <= coalesce(
                    (SELECT version FROM reaction_counts INDEXED BY reaction_changes WHERE log = ?1 AND version > ?2 ORDER BY version LIMIT 1 OFFSET ?3 - 1), 9223372036854775807)
                ORDER BY c.version
                """).Bind(1, log.Log).Bind(2, afterVersion).Bind(3, (long)limit);
            while (rows.Step())
                changed.Add(new CommentTally(new CommentId(rows.Id(0)), new ReactionTally(rows.Int64(1),
                    new ReactionCounts(rows.Int32(2), rows.Int32(3), rows.Int32(4), rows.Int32(5), rows.Int32(6), rows.Int32(7)))));
            return changed;
        }, ct);

    public async ValueTask<ReactionTotal> TotalAsync(EventId id, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            if (LogRow.Find(connection, id) is not { } log)
                return default;
            using var row = connection.Statement("""
                SELECT (SELECT max(version) FROM reaction_counts INDEXED BY reaction_changes WHERE log = ?1), (SELECT sum(total) FROM reaction_counts INDEXED BY popular WHERE log = ?1 AND total > 0)
                """).Bind(1, log.Log);
            row.Step();
            return new ReactionTotal(row.Int64(0), row.Int64(1));
        }, ct);

    private static IReadOnlyList<ReactionResult> Apply(SqliteConnection connection, EventId id, IReadOnlyList<ReactionDraft> drafts, long now)
    {
        var found = LogRow.Find(connection, id);
        var log = found?.Log;
        var targets = new Dictionary<CommentId, Target?>();
        foreach (var draft in drafts)
        {
            if (!targets.TryGetValue(draft.CommentId, out var target))
                targets.Add(draft.CommentId, target = log is null ? null : Find(connection, log.Value, draft.CommentId));
            target?.Apply(connection, draft.UserId, draft.Type);
        }
        // Counts are never older than their comment, whatever the wall clock does.
        var second = Math.Max(now, found?.LastTime ?? 0) / 1000;
        var changes = 0;
        var version = log is null ? 0 : LastVersion(connection, log.Value);
        foreach (var target in targets.Values)
            changes += target?.Store(connection, second, ref version) ?? 0;
        if (changes > 0)
        {
            using var activity = connection.Statement("""
                INSERT INTO reaction_activity(log, time, changes) VALUES(?1, ?2, ?3) ON CONFLICT(log, time) DO UPDATE SET changes = changes + ?3
                """).Bind(1, log!.Value).Bind(2, second).Bind(3, (long)changes);
            activity.Run();
        }
        var results = new ReactionResult[drafts.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = targets[drafts[i].CommentId] is { } target ? new ReactionResult(target.Tally, null) : new ReactionResult(default, Error.CommentNotFound);
        return results;
    }

    /// <summary>The highest version of the log's tallies. Each change gets the next, so that a follower sees the changes of all comments in one order.</summary>
    private static long LastVersion(SqliteConnection connection, long log)
    {
        using var row = connection.Statement("SELECT version FROM reaction_counts INDEXED BY reaction_changes WHERE log = ?1 ORDER BY version DESC LIMIT 1").Bind(1, log);
        return row.Step() ? row.Int64(0) : 0;
    }

    /// <summary>Null for a comment that takes no reactions: unknown, removed or of another event.</summary>
    private static Target? Find(SqliteConnection connection, long log, CommentId id)
    {
        using var row = connection.Statement("""
            SELECT i.entry, c.version, c.likes, c.loves, c.hahas, c.wows, c.sads, c.angries
            FROM comment_ids i JOIN entries e ON e.entry = i.entry LEFT JOIN reaction_counts c ON c.entry = i.entry
            WHERE i.comment_id = ?1 AND e.removal IS NULL
            """).Bind(1, id.Value);
        if (!row.Step() || new EntryKey(row.Int64(0)).Log != log)
            return null;
        return new Target(new EntryKey(row.Int64(0)), row.IsNull(1) ? default : new ReactionTally(row.Int64(1),
            new ReactionCounts(row.Int32(2), row.Int32(3), row.Int32(4), row.Int32(5), row.Int32(6), row.Int32(7))));
    }

    /// <summary>A comment while drafts are applied to it.</summary>
    private sealed class Target(EntryKey entry, ReactionTally tally)
    {
        private int _changes;

        public ReactionTally Tally { get; private set; } = tally;

        public void Apply(SqliteConnection connection, UserId user, ReactionType? type)
        {
            if (type is { } added)
            {
                // One statement in the usual case, when this person has not reacted before.
                using var insert = connection.Statement("INSERT INTO reactions(entry, user_id, type) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING")
                    .Bind(1, entry.Value).Bind(2, user.Value).Bind(3, (long)added);
                if (insert.Run() > 0)
                {
                    _changes++;
                    Count(added, 1);
                    return;
                }
            }
            ReactionType former;
            using (var row = connection.Statement("SELECT type FROM reactions WHERE entry = ?1 AND user_id = ?2").Bind(1, entry.Value).Bind(2, user.Value))
            {
                if (!row.Step())
                    return;
                former = (ReactionType)row.Int32(0);
            }
            if (former == type)
                return;
            _changes++;
            Count(former, -1);
            if (type is { } changed)
            {
                Count(changed, 1);
                using var update = connection.Statement("UPDATE reactions SET type = ?3 WHERE entry = ?1 AND user_id = ?2")
                    .Bind(1, entry.Value).Bind(2, user.Value).Bind(3, (long)changed);
                update.Run();
            }
            else
            {
                using var delete = connection.Statement("DELETE FROM reactions WHERE entry = ?1 AND user_id = ?2").Bind(1, entry.Value).Bind(2, user.Value);
                delete.Run();
            }
        }

        /// <summary>Writes the counts when they changed; how often they did.</summary>
        /// <param name="version">The highest of the log so far.</param>
        public int Store(SqliteConnection connection, long second, ref long version)
        {
            if (_changes == 0)
                return 0;
            Tally = Tally with { Version = ++version };
            var counts = Tally.Counts;
            using (var upsert = connection.Statement("""
                INSERT INTO reaction_counts(entry, log, version, likes, loves, hahas, wows, sads, angries, total)
                VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                ON CONFLICT(entry) DO UPDATE SET version = ?3, likes = ?4, loves = ?5, hahas = ?6, wows = ?7, sads = ?8, angries = ?9, total = ?10
                """))
                upsert.Bind(1, entry.Value).Bind(2, entry.Log).Bind(3, Tally.Version)
                    .Bind(4, counts.Likes).Bind(5, counts.Loves).Bind(6, counts.Hahas).Bind(7, counts.Wows).Bind(8, counts.Sads).Bind(9, counts.Angries)
                    .Bind(10, counts.Total).Run();
            using var history = connection.Statement("""
                REPLACE INTO reaction_history(log, time, entry, likes, loves, hahas, wows, sads, angries) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                """);
            history.Bind(1, entry.Log).Bind(2, second).Bind(3, entry.Value)
                .Bind(4, counts.Likes).Bind(5, counts.Loves).Bind(6, counts.Hahas).Bind(7, counts.Wows).Bind(8, counts.Sads).Bind(9, counts.Angries).Run();
            return _changes;
        }

        private void Count(ReactionType type, int change) => Tally = Tally with { Counts = Tally.Counts.Add(type, change) };
    }
}
