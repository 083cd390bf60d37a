using LiveComments.Moderation;
using LiveComments.Viewers;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>What keeps abuse away, in PostgreSQL.</summary>
internal sealed class PostgreSqlAbuseStore(PostgreSqlDatabase database) : IAbuseStore
{
    /// <summary>The first address of a network is stored in its form as IPv6 address, as the 16 bytes of a uuid, and its length in bits of 128.</summary>
    public const string Schema = """
        CREATE TABLE spent_challenges (challenge_id uuid PRIMARY KEY, until timestamptz NOT NULL);
        CREATE INDEX spent_challenges_until ON spent_challenges (until);
        CREATE TABLE network_blocks (
            block_id uuid PRIMARY KEY,
            first uuid NOT NULL,
            length integer NOT NULL,
            until timestamptz,
            reason text,
            by_user uuid NOT NULL,
            at timestamptz NOT NULL
        );
        CREATE TABLE ban_traces (
            trace uuid NOT NULL,
            user_id uuid NOT NULL,
            kind smallint NOT NULL,
            at timestamptz NOT NULL,
            until timestamptz NOT NULL,
            PRIMARY KEY (trace, user_id)
        );
        CREATE INDEX ban_traces_by_user ON ban_traces (user_id);
        CREATE INDEX ban_traces_until ON ban_traces (until);

        """;

    private const string BlockColumns = "block_id, first, length, until, reason, by_user, at";

    /// <summary>The limit is for people who block by hand: some that are added at the same moment may exceed it.</summary>
    private const string PutBlock = """
        INSERT INTO network_blocks (block_id, first, length, until, reason, by_user, at)
        SELECT $1, $2, $3, $4, $5, $6, $7 WHERE (SELECT count(*) FROM network_blocks WHERE block_id <> $1) < $8 ON CONFLICT DO NOTHING
        """;

    private const string PutTrace = """
        INSERT INTO ban_traces (trace, user_id, kind, at, until) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (trace, user_id) DO UPDATE SET until = greatest(ban_traces.until, excluded.until)
        """;

    public async ValueTask<bool> SpendAsync(Guid challenge, DateTimeOffset until, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using (var old = call.Batch())
            {
                old.Add("DELETE FROM spent_challenges WHERE until < $1").With(now);
                await call.ExecuteAsync(old);
            }
            await using var batch = call.Batch();
            batch.Add("INSERT INTO spent_challenges (challenge_id, until) VALUES ($1, $2) ON CONFLICT DO NOTHING").With(challenge).With(until);
            return await call.ExecuteAsync(batch) > 0;
        }, ct);

    public async ValueTask<IReadOnlyList<NetworkBlock>> BlocksAsync(DateTimeOffset now, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("SELECT " + BlockColumns + " FROM network_blocks WHERE until IS NULL OR until > $1 ORDER BY at, block_id LIMIT $2").With(now).With(NetworkBlock.Most);
            return await call.QueryAsync(batch, BlockRow);
        }, ct);

    public async ValueTask<bool> BlockAsync(NetworkBlock block, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using (var put = call.Batch())
            {
                put.Add("DELETE FROM network_blocks WHERE until <= $1").With(block.At);
                put.Add(PutBlock).With(block.Id).With(block.Network.First.ToGuid()).With(block.Network.Length).With(block.Until).With(block.Reason).With(block.By.Value).With(block.At).With(NetworkBlock.Most);
                await call.ExecuteAsync(put);
            }
            await using var batch = call.Batch();
            batch.Add("SELECT EXISTS (SELECT 1 FROM network_blocks WHERE block_id = $1)").With(block.Id);
            return (await call.QueryAsync(batch, row => row.GetBoolean(0)))[0];
        }, ct);

    public async ValueTask<NetworkBlock?> UnblockAsync(Guid block, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("DELETE FROM network_blocks WHERE block_id = $1 RETURNING " + BlockColumns).With(block);
            await using var rows = await call.ExecuteAndReadAsync(batch);
            return (await call.ListAsync(rows, BlockRow)).FirstOrDefault();
        }, ct);

    public async ValueTask<IReadOnlyList<BanTrace>> TracesAsync(DateTimeOffset now, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("SELECT trace, user_id, kind, at, until FROM ban_traces WHERE until > $1 ORDER BY until DESC LIMIT $2").With(now).With(BanTrace.Most);
            return await call.QueryAsync(batch, row => new BanTrace(row.GetId(0), new UserId(row.GetId(1)), (BanTraceKind)row.GetInt16(2), row.GetTime(3), row.GetTime(4)));
        }, ct);

    public async ValueTask TraceAsync(IReadOnlyList<BanTrace> traces, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            // In one order, so that two nodes never wait for each other.
            foreach (var trace in traces.OrderBy(trace => trace.Trace).ThenBy(trace => trace.Banned.Value))
                batch.Add(PutTrace).With(trace.Trace).With(trace.Banned.Value).With((short)trace.Kind).With(trace.At).With(trace.Until);
            batch.Add("DELETE FROM ban_traces WHERE until <= $1").With(now);
            return await call.ExecuteAsync(batch);
        }, ct);

    private static NetworkBlock BlockRow(NpgsqlDataReader row) => new(
        row.GetId(0), new AddressBlock(row.GetId(1).ToUInt128(), row.GetInt32(2)), row.GetTimeOrNull(3), row.GetStringOrNull(4), new UserId(row.GetId(5)), row.GetTime(6));
}
