namespace LiveComments.PostgreSql;

/// <summary>Deletes in steps of a few hundred rows.</summary>
internal sealed class PostgreSqlRetention(PostgreSqlDatabase database) : IRetention
{
    /// <summary>Texts erased in one step: about 5 ms of the server's time.</summary>
    private const int Texts = 200;

    /// <summary>Keys checked in one step. Most are not old enough yet and are only read.</summary>
    private const long Keys = 2_000;

    /// <summary>The removals of a few comments whose texts are still there, oldest first. A removal that points to itself has been dealt with. What others do at the same moment is left to them.</summary>
    private const string EraseTexts = """
        WITH due AS (
            SELECT log, seq, comment_id FROM entries WHERE kind = 2 AND removal IS NULL AND time < $1 ORDER BY time LIMIT $2 FOR UPDATE SKIP LOCKED
        ), erased AS (
            UPDATE entries e SET text = NULL, mentions = NULL FROM due WHERE e.comment_id = due.comment_id AND e.kind = 1
        ), mentioned AS (
            SELECT (mention ->> 'id')::uuid AS user_id, e.comment_id
            FROM due JOIN entries e ON e.comment_id = due.comment_id AND e.kind = 1 CROSS JOIN LATERAL json_array_elements(e.mentions) AS mention
        ), unmentioned AS (
            DELETE FROM mentions m USING mentioned WHERE m.user_id = mentioned.user_id AND m.comment_id = mentioned.comment_id
        ), marked AS (
            UPDATE entries e SET removal = e.seq FROM due WHERE e.log = due.log AND e.seq = due.seq
        )
        SELECT count(*) FROM due
        """;

    /// <summary>Where a step that begins after $1 ends; nothing at the end of a round.</summary>
    private const string LastKey = "SELECT key FROM idempotency WHERE key > $1 ORDER BY key OFFSET $2 LIMIT 1";

    private const string DeleteKeys = "DELETE FROM idempotency WHERE key > $1 AND key <= $2 AND time < $3";

    private const string DeleteLastKeys = "DELETE FROM idempotency WHERE key > $1 AND time < $2";

    /// <summary>
    /// The last key checked in this round; null between rounds. The table is read in key order, because an index by time would cost a write for every comment, and one round a day does as
    /// well.
    /// </summary>
    private byte[]? _hand;

    public async ValueTask<IReadOnlyList<EventId>> EndedAsync(DateTimeOffset before, EventId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("SELECT event_id FROM logs WHERE ended_at < $1 AND event_id > $2 ORDER BY event_id LIMIT $3").With(before).With(after?.Value ?? Guid.Empty).With((long)limit);
            return await call.QueryAsync(batch, row => new EventId(row.GetId(0)));
        }, ct);

    public async ValueTask<bool> ExpireAsync(EventId id, DateTimeOffset endedBefore, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            (short Status, DateTimeOffset LastTime)? expired = null;
            await using (var batch = call.BeginBatch())
            {
                batch.Add("UPDATE logs SET event_id = NULL WHERE event_id = $1 AND ended_at < $2 RETURNING status, last_time").With(id.Value).With(endedBefore);
                await using var rows = await call.ReadAsync(batch);
                if (await rows.ReadAsync(call.Token))
                    expired = (rows.GetInt16(0), rows.GetTime(1));
            }
            if (expired is not { } log)
                return false;
            await using var empty = call.Batch();
            empty.Add("INSERT INTO logs (event_id, epoch, last_seq, last_time, status) VALUES ($1, $2, 0, $3, $4)")
                .With(id.Value).With(Random.Shared.NextInt64()).With(log.LastTime).With(log.Status);
            await call.CommitAsync(empty);
            return true;
        }, ct);

    public async ValueTask<bool> ForgetAsync(DateTimeOffset keysBefore, DateTimeOffset textsBefore, CancellationToken ct)
    {
        if (!await database.WriteAsync(LogSweep.StepAsync, ct) || await database.WriteAsync(call => EraseAsync(call, textsBefore), ct) > 0)
            return false;
        var hand = _hand ?? [];
        _hand = await database.WriteAsync(call => DeleteAsync(call, hand, keysBefore), ct);
        return _hand is null;
    }

    private static async Task<long> EraseAsync(StoreCall call, DateTimeOffset before)
    {
        await using var batch = call.Batch();
        batch.Add(EraseTexts).With(before).With(Texts);
        await using var rows = await call.ExecuteAndReadAsync(batch);
        return (await call.ListAsync(rows, row => row.GetInt64(0)))[0];
    }

    /// <summary>Where the next step begins; null at the end of a round.</summary>
    private static async Task<byte[]?> DeleteAsync(StoreCall call, byte[] after, DateTimeOffset before)
    {
        byte[]? end;
        await using (var batch = call.Batch())
        {
            batch.Add(LastKey).With(after).With(Keys - 1);
            end = (await call.QueryAsync(batch, row => row.GetFieldValue<byte[]>(0))).FirstOrDefault();
        }
        await using var delete = call.Batch();
        if (end is null)
            delete.Add(DeleteLastKeys).With(after).With(before);
        else
            delete.Add(DeleteKeys).With(after).With(end).With(before);
        await call.ExecuteAsync(delete);
        return end;
    }
}
