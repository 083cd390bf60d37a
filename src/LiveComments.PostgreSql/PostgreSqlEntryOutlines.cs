using LiveComments.Log;

namespace LiveComments.PostgreSql;

/// <summary>Outlines of a log in PostgreSQL: no other table is looked at, and no text is sent.</summary>
internal sealed class PostgreSqlEntryOutlines(PostgreSqlDatabase database) : IEntryOutlines
{
    private const string Page = "SELECT " + LogHeadRow.Columns + """
        , e.* FROM logs l LEFT JOIN LATERAL (
            SELECT o.seq, o.kind, o.time, o.comment_id, CASE WHEN o.kind = 1 THEN o.user_id END, o.reply_to IS NOT NULL, CASE WHEN o.kind = 1 THEN coalesce(char_length(o.text), 0) ELSE 0 END, o.client_platform
            FROM entries o WHERE o.log = l.log AND o.seq > $2 AND o.seq <= l.last_seq ORDER BY o.seq LIMIT $3) e ON true WHERE
        """ + " " + LogHeadRow.OfEvent;

    public async ValueTask<OutlinePage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            const int at = LogHeadRow.ColumnCount;
            LogHeadRow? log = null;
            var entries = new List<EntryOutline>();
            await using var batch = call.Batch();
            batch.Add(Page).With(id.Value).With(afterSeq).With((long)limit);
            await using var rows = await call.ReadAsync(batch);
            while (await rows.ReadAsync(call.Token))
            {
                log ??= LogHeadRow.Read(rows);
                if (!rows.IsDBNull(at))
                    entries.Add(new EntryOutline(rows.GetInt64(at), rows.GetTime(at + 2), (EntryKind)rows.GetInt16(at + 1),
                        rows.IsDBNull(at + 3) ? default : new CommentId(rows.GetId(at + 3)), rows.IsDBNull(at + 4) ? default : new UserId(rows.GetId(at + 4)),
                        rows.GetBoolean(at + 5), rows.GetInt32(at + 6), rows.GetStringOrNull(at + 7)));
            }
            return log is { } found ? new OutlinePage(entries, found.Head) : null;
        }, ct);
}
