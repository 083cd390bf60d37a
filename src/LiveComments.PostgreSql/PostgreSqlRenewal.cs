namespace LiveComments.PostgreSql;

/// <summary>What follows a restore by <c>pg_restore</c> or from a base backup.</summary>
internal sealed class PostgreSqlRenewal(PostgreSqlDatabase database, TimeProvider time) : IStoreRenewal
{
    /// <summary>63 random bits for each log. <c>random()</c> alone has 48.</summary>
    private const string NewEpochs = "UPDATE logs SET epoch = (floor(random() * 2147483648)::bigint << 32) | floor(random() * 4294967296)::bigint";

    private const string EndSessions = "UPDATE user_sessions SET ended_at = $1, change = (SELECT change FROM account_changes) WHERE ended_at IS NULL";

    public async ValueTask RenewAsync(CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.BeginBatch();
            batch.Add("UPDATE account_changes SET change = change + 1");
            batch.Add(NewEpochs);
            batch.Add(EndSessions).With(time.GetUtcNow());
            // Caches of whoever runs in spite of the rule read again.
            batch.Add(PostgreSqlEventCatalog.Touch);
            await call.CommitAsync(batch);
            return true;
        }, ct);
}
