using LiveComments.Comments;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>Deletes in steps of a few hundred rows.</summary>
internal sealed class SqliteRetention(SqliteDatabase database) : IRetention
{
    /// <summary>Texts erased in one step: about 5 ms of the writer's time.</summary>
    private const long Texts = 200;

    /// <summary>Keys checked in one step. Most are not old enough yet and are only read.</summary>
    private const long Keys = 2_000;

    /// <summary>
    /// The last key checked in this round; null between rounds. The table is read in key order, because an index by time would cost a write for every comment, and one round a day does as
    /// well.
    /// </summary>
    private byte[]? _hand;

    public async ValueTask<IReadOnlyList<EventId>> EndedAsync(DateTimeOffset before, EventId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            using var rows = connection.Statement("SELECT event_id FROM logs WHERE ended_at < ?1 AND event_id > ?2 ORDER BY event_id LIMIT ?3")
                .Bind(1, before.ToUnixTimeMilliseconds()).Bind(2, after?.Value ?? Guid.Empty).Bind(3, (long)limit);
            var ended = new List<EventId>();
            while (rows.Step())
                ended.Add(new EventId(rows.Id(0)));
            return ended;
        }, ct);

    public async ValueTask<bool> ExpireAsync(EventId id, DateTimeOffset endedBefore, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            if (LogRow.Find(connection, id) is not { } log)
                return false;
            using (var unlink = connection.Statement("UPDATE logs SET event_id = NULL WHERE log = ?1 AND ended_at < ?2")
                .Bind(1, log.Log).Bind(2, endedBefore.ToUnixTimeMilliseconds()))
                if (unlink.Run() == 0)
                    return false;
            LogRow.Create(connection, id, log.Status, log.LastTime);
            return true;
        }, ct);

    public async ValueTask<bool> ForgetAsync(DateTimeOffset keysBefore, DateTimeOffset textsBefore, CancellationToken ct)
    {
        if (!await database.WriteAsync(LogSweep.Step, ct) || !await database.WriteAsync(connection => EraseTexts(connection, textsBefore), ct))
            return false;
        var hand = _hand ?? [];
        _hand = await database.WriteAsync(connection => DeleteKeys(connection, hand, keysBefore), ct);
        return _hand is null;
    }

    /// <summary>The removals of a few comments whose texts are still there, oldest first; true when none was left.</summary>
    private static bool EraseTexts(SqliteConnection connection, DateTimeOffset before)
    {
        var removals = new List<(long Entry, Guid Comment)>();
        using (var rows = connection.Statement("SELECT entry, comment_id FROM entries INDEXED BY removals_to_erase WHERE kind = 2 AND removal IS NULL AND time < ?1 ORDER BY time LIMIT ?2")
            .Bind(1, before.ToUnixTimeMilliseconds()).Bind(2, Texts))
            while (rows.Step())
                removals.Add((rows.Int64(0), rows.Id(1)));
        foreach (var (entry, comment) in removals)
        {
            Unmention(connection, comment);
            using var erase = connection.Statement("""
                UPDATE entries SET text = NULL, mentions = NULL WHERE entry = (SELECT entry FROM comment_ids WHERE comment_id = ?1)
                """).Bind(1, comment);
            erase.Run();
            // A removal that points to itself has been dealt with.
            using var mark = connection.Statement("UPDATE entries SET removal = entry WHERE entry = ?1").Bind(1, entry);
            mark.Run();
        }
        return removals.Count == 0;
    }

    /// <summary>Deletes the links to those whom a comment mentions.</summary>
    public static void Unmention(SqliteConnection connection, Guid comment)
    {
        IReadOnlyList<Mention> mentions;
        using (var row = connection.Statement("SELECT e.mentions FROM comment_ids i JOIN entries e ON e.entry = i.entry WHERE i.comment_id = ?1").Bind(1, comment))
            mentions = row.Step() && !row.IsNull(0) ? EntryRow.ReadMentions(row.Blob(0)) : [];
        foreach (var mention in mentions)
        {
            using var delete = connection.Statement("DELETE FROM mentions WHERE user_id = ?1 AND comment_id = ?2").Bind(1, mention.UserId.Value).Bind(2, comment);
            delete.Run();
        }
    }

    /// <summary>Where the next step begins; null at the end of a round.</summary>
    private static byte[]? DeleteKeys(SqliteConnection connection, byte[] after, DateTimeOffset before)
    {
        byte[]? end = null;
        using (var last = connection.Statement("SELECT key FROM idempotency WHERE key > ?1 ORDER BY key LIMIT 1 OFFSET ?2").Bind(1, after).Bind(2, Keys - 1))
            if (last.Step())
                end = last.Blob(0).ToArray();
        using var delete = end is null
            ? connection.Statement("DELETE FROM idempotency WHERE key > ?1 AND time < ?2")
            : connection.Statement("DELETE FROM idempotency WHERE key > ?1 AND time < ?2 AND key <= ?3").Bind(3, end);
        delete.Bind(1, after).Bind(2, before.ToUnixTimeMilliseconds()).Run();
        return end;
    }
}
