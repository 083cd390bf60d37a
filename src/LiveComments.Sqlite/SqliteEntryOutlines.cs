using System.Text;
using LiveComments.Log;

namespace LiveComments.Sqlite;

/// <summary>Outlines of a log in SQLite: no other table is looked at, and no text is read into memory.</summary>
internal sealed class SqliteEntryOutlines(SqliteDatabase database) : IEntryOutlines
{
    public async ValueTask<OutlinePage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            if (LogRow.Find(connection, id) is not { } log)
                return null;
            using var rows = connection.Statement("""
                SELECT entry, kind, time, comment_id, iif(kind = 1, user_id, NULL), thread IS NOT NULL, iif(kind = 1, length(text), 0), client_platform
                FROM entries WHERE entry > ?1 AND entry <= ?2 ORDER BY entry LIMIT ?3
                """).Bind(1, EntryKey.Of(log.Log, afterSeq).Value).Bind(2, EntryKey.Of(log.Log, log.LastSeq).Value).Bind(3, (long)limit);
            var entries = new List<EntryOutline>((int)Math.Clamp(log.LastSeq - afterSeq, 0, limit));
            string? platform = null;
            while (rows.Step())
                entries.Add(new EntryOutline(new EntryKey(rows.Int64(0)).Seq, DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(2)), (EntryKind)rows.Int32(1),
                    new CommentId(IdOrEmpty(rows.Blob(3))), new UserId(IdOrEmpty(rows.Blob(4))), rows.Int32(5) != 0, rows.Int32(6), platform = Name(rows.Blob(7), platform)));
            return new OutlinePage(entries, log.Head);
        }, ct);

    /// <summary>A null reads as no bytes: asking for it first would be one more call for each column.</summary>
    private static Guid IdOrEmpty(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? default : new Guid(bytes, bigEndian: true);

    /// <summary>Nearly always the same as in the row before.</summary>
    private static string? Name(ReadOnlySpan<byte> bytes, string? before) =>
        bytes.IsEmpty ? null : before is not null && Ascii.Equals(bytes, before) ? before : Encoding.UTF8.GetString(bytes);
}
