namespace LiveComments.PostgreSql;

/// <summary>Removes the rows of deleted logs in steps so short that live traffic does not notice.</summary>
internal static class LogSweep
{
    /// <summary>Rows of one step: about 5 ms of the server's time.</summary>
    private const int Rows = 500;

    /// <summary>One at a time: nodes that sweep at once take different logs.</summary>
    private const string Next = "SELECT log FROM logs WHERE event_id IS NULL ORDER BY log LIMIT 1 FOR UPDATE SKIP LOCKED";

    private const string Left = "SELECT EXISTS (SELECT 1 FROM logs WHERE event_id IS NULL)";

    /// <summary>Tables whose rows go by themselves, each a statement that deletes some rows of a log.</summary>
    private static readonly string[] Simple =
        [.. new[] { "reactions", "reaction_counts", "reaction_history", "reaction_activity" }.Select(table => $"DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE log = $1 LIMIT $2))")];

    /// <summary>Entries with the mentions in them.</summary>
    private const string Entries = """
        WITH gone AS (
            DELETE FROM entries WHERE ctid = ANY (ARRAY(SELECT ctid FROM entries WHERE log = $1 LIMIT $2)) RETURNING kind, comment_id, mentions
        ), mentioned AS (
            SELECT (mention ->> 'id')::uuid AS user_id, comment_id FROM gone CROSS JOIN LATERAL json_array_elements(mentions) AS mention WHERE kind = 1
        ), unmentioned AS (
            DELETE FROM mentions m USING mentioned WHERE m.user_id = mentioned.user_id AND m.comment_id = mentioned.comment_id
        )
        SELECT count(*) FROM gone
        """;

    /// <summary>One step; true when no deleted log has rows left.</summary>
    public static async Task<bool> StepAsync(StoreCall call)
    {
        int? log = null;
        await using (var batch = call.BeginBatch())
        {
            batch.Add(Next);
            await using var rows = await call.ReadAsync(batch);
            if (await rows.ReadAsync(call.Token))
                log = rows.GetInt32(0);
        }
        if (log is not { } swept)
            return !await AnyAsync(call);
        var deleted = 0L;
        foreach (var table in Simple)
        {
            await using var batch = call.Batch();
            batch.Add(table).With(swept).With(Rows);
            deleted += await batch.ExecuteNonQueryAsync(call.Token);
            if (deleted > 0)
                break;
        }
        if (deleted == 0)
        {
            await using var batch = call.Batch();
            batch.Add(Entries).With(swept).With(Rows);
            deleted = (await call.QueryAsync(batch, row => row.GetInt64(0)))[0];
        }
        var left = true;
        await using (var batch = call.Batch())
        {
            if (deleted == 0)
                batch.Add("DELETE FROM logs WHERE log = $1").With(swept);
            batch.Add(Left);
            await call.CommitAsync(batch, async rows => left = (await call.ListAsync(rows, row => row.GetBoolean(0)))[0]);
        }
        return !left;
    }

    private static async Task<bool> AnyAsync(StoreCall call)
    {
        await using var batch = call.Batch();
        batch.Add(Left);
        return (await call.QueryAsync(batch, row => row.GetBoolean(0)))[0];
    }
}
