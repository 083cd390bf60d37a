namespace LiveComments.PostgreSql;

/// <summary>What the nodes of a cluster keep in PostgreSQL.</summary>
internal sealed class PostgreSqlNodeDirectory(PostgreSqlDatabase database) : INodeDirectory
{
    public const string Schema = """
        CREATE TABLE cluster_nodes (address text PRIMARY KEY, seen_at timestamptz NOT NULL);
        CREATE TABLE cluster_leases (name text PRIMARY KEY, owner text NOT NULL, until timestamptz NOT NULL);
        """;

    /// <summary>The advisory lock of whoever looks for other nodes. Logs are numbered from 1, so no log has it.</summary>
    private const int Lock = -1;

    private static readonly string TakeLock = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({PostgreSqlSchema.LockClass}, {Lock})");

    private const string Lately = "address <> $1 AND seen_at > clock_timestamp() - $2 * interval '1 millisecond'";

    private const string BeFirst = "INSERT INTO cluster_nodes SELECT $1, clock_timestamp() WHERE NOT EXISTS (SELECT 1 FROM cluster_nodes WHERE " + Lately
        + ") ON CONFLICT (address) DO UPDATE SET seen_at = excluded.seen_at";

    private const string Others = "SELECT address FROM cluster_nodes WHERE " + Lately + " ORDER BY address";

    private const string Forget = "DELETE FROM cluster_nodes WHERE seen_at < clock_timestamp() - interval '1 day'";

    private const string Keep = "INSERT INTO cluster_nodes VALUES ($1, clock_timestamp()) ON CONFLICT (address) DO UPDATE SET seen_at = excluded.seen_at";

    private const string Lease = """
        INSERT INTO cluster_leases VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
        ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until WHERE $4 OR cluster_leases.owner = excluded.owner OR cluster_leases.owner = ANY ($5) OR cluster_leases.until < clock_timestamp()
        """;

    public async ValueTask<IReadOnlyList<string>> FindAsync(string address, TimeSpan lately, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.BeginBatch();
            batch.Add(TakeLock);
            batch.Add(Forget);
            batch.Add(BeFirst).With(address).With((long)lately.TotalMilliseconds);
            batch.Add(Others).With(address).With((long)lately.TotalMilliseconds);
            IReadOnlyList<string> others = [];
            await call.CommitAsync(batch, async rows =>
            {
                // Behind the answer of the lock.
                await rows.NextResultAsync(call.Token);
                others = await call.ListAsync(rows, row => row.GetString(0));
            });
            return others;
        }, ct);

    public async ValueTask KeepAsync(string address, CancellationToken ct) => await ExecuteAsync(Keep, ct, address);

    public async ValueTask RemoveAsync(string address, CancellationToken ct) => await ExecuteAsync("DELETE FROM cluster_nodes WHERE address = $1", ct, address);

    public async ValueTask<bool> TryLeaseAsync(string name, string owner, TimeSpan time, IReadOnlyCollection<string>? from, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(Lease).With(name).With(owner).With((long)time.TotalMilliseconds).With(from is null).With([.. from ?? []]);
            return await call.ExecuteAsync(batch);
        }, ct) > 0;

    public async ValueTask ReleaseAsync(string name, string owner, CancellationToken ct) => await ExecuteAsync("DELETE FROM cluster_leases WHERE name = $1 AND owner = $2", ct, name, owner);

    private async ValueTask ExecuteAsync(string sql, CancellationToken ct, params string[] texts) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            var statement = batch.Add(sql);
            foreach (var text in texts)
                statement.With(text);
            return await call.ExecuteAsync(batch);
        }, ct);
}
