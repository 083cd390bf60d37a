using LiveComments.Keys;

namespace LiveComments.PostgreSql;

/// <summary>Keys in PostgreSQL, as they come: <see cref="SealedKeyStore"/> has encrypted them.</summary>
internal sealed class PostgreSqlKeyStore(PostgreSqlDatabase database) : IKeyStore
{
    public const string Schema = """
        CREATE TABLE server_keys (
            ring smallint NOT NULL,
            name text COLLATE "C" NOT NULL,
            sealed bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (ring, name)
        );

        """;

    public async ValueTask<IReadOnlyList<StoredKey>> ReadAsync(KeyRing ring, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("SELECT name, sealed FROM server_keys WHERE ring = $1 ORDER BY name").With((short)ring);
            return await call.QueryAsync(batch, row => new StoredKey(row.GetString(0), row.GetFieldValue<byte[]>(1)));
        }, ct);

    public async ValueTask<bool> AddAsync(KeyRing ring, StoredKey key, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("INSERT INTO server_keys (ring, name, sealed) VALUES ($1, $2, $3) ON CONFLICT (ring, name) DO NOTHING").With((short)ring).With(key.Name).With(key.Value);
            return await call.ExecuteAsync(batch) > 0;
        }, ct);

    public async ValueTask RemoveAsync(KeyRing ring, IReadOnlyList<string> names, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("DELETE FROM server_keys WHERE ring = $1 AND name = ANY ($2)").With((short)ring).With([.. names]);
            return await call.ExecuteAsync(batch);
        }, ct);
}
