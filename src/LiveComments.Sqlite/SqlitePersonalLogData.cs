using LiveComments.PersonalData;
using LiveComments.Reactions;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>What the logs of the embedded database have about one person. What is rarely asked for has no index of its own, because it would cost every comment or reaction a write: such rows are searched for in steps.</summary>
internal sealed class SqlitePersonalLogData(SqliteDatabase database) : IPersonalLogData
{
    /// <summary>Rows looked at in one step of a search.</summary>
    private const long Looked = 2_000;

    /// <summary>Rows changed in one step: about 5 ms of the writer's time.</summary>
    private const long Changed = 200;

    /// <summary>Entries that are not comments, and removed comments: what the index <c>entries_others</c> has.</summary>
    private const string Others = "(o.kind <> 1 OR o.removal IS NOT NULL)";

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

    public async ValueTask<LogSearch<CommentId>> SweepAsync(UserId user, LogPlace after, CancellationToken ct)
    {
        if (after == default && await database.WriteAsync(connection => Unlink(connection, user), ct) > 0)
            return new LogSearch<CommentId>([], after);
        var (found, end) = await database.ReadAsync(connection => Left(connection, user, Key(after)), ct);
        foreach (var rows in found.Chunk((int)Changed))
            await database.WriteAsync(connection =>
            {
                foreach (var (entry, comment) in rows)
                    EraseEntry(connection, entry, comment);
                return rows.Length;
            }, ct, rows.Length);
        return new LogSearch<CommentId>([], end is not null ? Place(end) : await database.WriteAsync(LogSweep.Step, ct) ? null : after);
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
        SqlitePersonalData.EraseReports(connection, comment);
    }

    private static long? EndOfStep(SqliteConnection connection, long after)
    {
        using var last = connection.Statement("SELECT o.entry FROM entries o INDEXED BY entries_others WHERE o.entry > ?1 AND " + Others + " ORDER BY o.entry LIMIT 1 OFFSET ?2").Bind(1, after).Bind(2, Looked - 1);
        return last.Step() ? last.Int64(0) : null;
    }

    private static long Key(LogPlace place) => EntryKey.Of(place.Log, place.Seq).Value;

    private static LogPlace? Place(long? entry) => entry is { } key ? new LogPlace(new EntryKey(key).Log, new EntryKey(key).Seq) : null;
}
