namespace LiveComments.PostgreSql;

/// <summary>Asks the primary how far its standbys are behind, for the metrics. Answers nothing unless the role may see it (<c>pg_read_all_stats</c>).</summary>
internal static class StandbyWatch
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private const string Query = """
        SELECT application_name, sync_state, greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 0)::float8, coalesce(extract(epoch FROM replay_lag), 0)::float8
        FROM pg_stat_replication WHERE replay_lsn IS NOT NULL
        """;

    /// <summary>Until it is cancelled.</summary>
    public static async Task RunAsync(PostgreSqlDatabase database, PostgreSqlMetrics metrics, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Period, TimeProvider.System);
        try
        {
            do
                try
                {
                    metrics.Standbys = await database.ReadAsync(async call =>
                    {
                        await using var batch = call.Batch();
                        batch.Add(Query);
                        return await call.QueryAsync(batch, row => new Standby(row.GetString(0), row.GetString(1), row.GetDouble(2), row.GetDouble(3)));
                    }, ct);
                }
                catch (StoreUnavailableException)
                {
                    // Nobody knows now.
                    metrics.Standbys = [];
                }
            while (await timer.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException)
        {
            // The database is closed.
        }
    }
}
