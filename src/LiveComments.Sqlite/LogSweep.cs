using LiveComments.Comments;
using LiveComments.Log;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>Removes the rows of deleted logs in steps so short that live traffic does not notice.</summary>
internal static class LogSweep
{
    /// <summary>Rows of one step: about 5 ms of the writer's time.</summary>
    private const long Rows = 500;

    /// <summary>One step; true when no deleted log has rows left.</summary>
    public static bool Step(SqliteConnection connection)
    {
        long log;
        using (var next = connection.Statement("SELECT log FROM logs WHERE event_id IS NULL LIMIT 1"))
        {
            if (!next.Step())
                return true;
            log = next.Int64(0);
        }
        var first = EntryKey.Of(log, 0).Value;
        var last = EntryKey.Of(log, long.MaxValue).Value;
        if (DeleteReactions(connection, first, last) || DeleteCounts(connection, first, last) || DeleteHistory(connection, log) || DeleteActivity(connection, log) || DeleteEntries(connection, first, last))
            return false;
        using (var delete = connection.Statement("DELETE FROM logs WHERE log = ?1").Bind(1, log))
            delete.Run();
        using var more = connection.Statement("SELECT 1 FROM logs WHERE event_id IS NULL LIMIT 1");
        return !more.Step();
    }

    private static bool DeleteReactions(SqliteConnection connection, long first, long last)
    {
        using var delete = connection.Statement("""
            DELETE FROM reactions WHERE (entry, user_id) IN (SELECT entry, user_id FROM reactions WHERE entry BETWEEN ?1 AND ?2 LIMIT ?3)
            """).Bind(1, first).Bind(2, last).Bind(3, Rows);
        return delete.Run() > 0;
    }

    private static bool DeleteCounts(SqliteConnection connection, long first, long last)
    {
        using var delete = connection.Statement("""
            DELETE FROM reaction_counts WHERE entry IN (SELECT entry FROM reaction_counts WHERE entry BETWEEN ?1 AND ?2 LIMIT ?3)
            """).Bind(1, first).Bind(2, last).Bind(3, Rows);
        return delete.Run() > 0;
    }

    private static bool DeleteHistory(SqliteConnection connection, long log)
    {
        using var delete = connection.Statement("""
            DELETE FROM reaction_history WHERE log = ?1 AND (time, entry) IN (SELECT time, entry FROM reaction_history WHERE log = ?1 LIMIT ?2)
            """).Bind(1, log).Bind(2, Rows);
        return delete.Run() > 0;
    }

    private static bool DeleteActivity(SqliteConnection connection, long log)
    {
        using var delete = connection.Statement("""
            DELETE FROM reaction_activity WHERE log = ?1 AND time IN (SELECT time FROM reaction_activity WHERE log = ?1 LIMIT ?2)
            """).Bind(1, log).Bind(2, Rows);
        return delete.Run() > 0;
    }

    private static bool DeleteEntries(SqliteConnection connection, long first, long last)
    {
        var end = first;
        var comments = new List<(CommentId Id, IReadOnlyList<Mention> Mentions)>();
        using (var rows = connection.Statement("SELECT entry, kind, comment_id, mentions FROM entries WHERE entry BETWEEN ?1 AND ?2 ORDER BY entry LIMIT ?3")
            .Bind(1, first).Bind(2, last).Bind(3, Rows))
            while (rows.Step())
            {
                end = rows.Int64(0);
                if ((EntryKind)rows.Int32(1) == EntryKind.Comment)
                    comments.Add((new CommentId(rows.Id(2)), rows.IsNull(3) ? [] : EntryRow.ReadMentions(rows.Blob(3))));
            }
        if (end == first)
            return false;
        foreach (var (id, mentions) in comments)
        {
            foreach (var mention in mentions)
            {
                using var unmention = connection.Statement("DELETE FROM mentions WHERE user_id = ?1 AND comment_id = ?2").Bind(1, mention.UserId.Value).Bind(2, id.Value);
                unmention.Run();
            }
            using var forget = connection.Statement("DELETE FROM comment_ids WHERE comment_id = ?1").Bind(1, id.Value);
            forget.Run();
        }
        using var delete = connection.Statement("DELETE FROM entries WHERE entry BETWEEN ?1 AND ?2").Bind(1, first).Bind(2, end);
        return delete.Run() > 0;
    }
}
