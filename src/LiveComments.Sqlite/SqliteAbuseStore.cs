using System.Buffers.Binary;
using LiveComments.Moderation;
using LiveComments.Viewers;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>What keeps abuse away, in SQLite.</summary>
internal sealed class SqliteAbuseStore(SqliteDatabase database) : IAbuseStore
{
    /// <summary>The first address of a network is stored in its form as IPv6 address, and its length in bits of 128.</summary>
    public const string Schema = """
        CREATE TABLE spent_challenges (challenge_id BLOB PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX spent_challenges_until ON spent_challenges (until);
        CREATE TABLE network_blocks (
            block_id BLOB PRIMARY KEY,
            first BLOB NOT NULL,
            length INTEGER NOT NULL,
            until INTEGER,
            reason TEXT,
            by_user BLOB NOT NULL,
            at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE ban_traces (
            trace BLOB NOT NULL,
            user_id BLOB NOT NULL,
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY (trace, user_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX ban_traces_by_user ON ban_traces (user_id);
        CREATE INDEX ban_traces_until ON ban_traces (until);

        """;

    private const string BlockColumns = "block_id, first, length, until, reason, by_user, at";

    public async ValueTask<bool> SpendAsync(Guid challenge, DateTimeOffset until, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            connection.Execute("DELETE FROM spent_challenges WHERE until < $1", now.ToUnixTimeMilliseconds());
            return connection.Execute("INSERT INTO spent_challenges (challenge_id, until) VALUES ($1, $2) ON CONFLICT DO NOTHING", challenge.Blob(), until.ToUnixTimeMilliseconds()) > 0;
        }, ct);

    public async ValueTask<IReadOnlyList<NetworkBlock>> BlocksAsync(DateTimeOffset now, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT " + BlockColumns + " FROM network_blocks WHERE coalesce(until, $1 + 1) > $1 ORDER BY at, block_id LIMIT $2", BlockRow, now.ToUnixTimeMilliseconds(), NetworkBlock.Most), ct);

    public async ValueTask<bool> BlockAsync(NetworkBlock block, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            connection.Execute("DELETE FROM network_blocks WHERE until <= $1", block.At.ToUnixTimeMilliseconds());
            if (connection.Scalar<long>("SELECT count(*) FROM network_blocks WHERE block_id <> $1", block.Id.Blob()) >= NetworkBlock.Most)
                return false;
            var first = new byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(first, block.Network.First);
            connection.Execute("INSERT INTO network_blocks (" + BlockColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
                block.Id.Blob(), first, (long)block.Network.Length, block.Until?.ToUnixTimeMilliseconds(), block.Reason, block.By.Value.Blob(), block.At.ToUnixTimeMilliseconds());
            return true;
        }, ct);

    public async ValueTask<NetworkBlock?> UnblockAsync(Guid block, CancellationToken ct) =>
        await database.WriteAsync(connection => connection.QueryFirst("DELETE FROM network_blocks WHERE block_id = $1 RETURNING " + BlockColumns, BlockRow, block.Blob()), ct);

    public async ValueTask<IReadOnlyList<BanTrace>> TracesAsync(DateTimeOffset now, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT trace, user_id, kind, at, until FROM ban_traces WHERE until > $1 ORDER BY until DESC LIMIT $2",
            row => new BanTrace(row.GetId(0), new UserId(row.GetId(1)), (BanTraceKind)row.GetInt64(2), row.GetTime(3), row.GetTime(4)), now.ToUnixTimeMilliseconds(), BanTrace.Most), ct);

    public async ValueTask TraceAsync(IReadOnlyList<BanTrace> traces, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            foreach (var trace in traces)
                connection.Execute("""
                    INSERT INTO ban_traces (trace, user_id, kind, at, until) VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (trace, user_id) DO UPDATE SET until = max(until, excluded.until)
                    """, trace.Trace.Blob(), trace.Banned.Value.Blob(), (long)trace.Kind, trace.At.ToUnixTimeMilliseconds(), trace.Until.ToUnixTimeMilliseconds());
            return connection.Execute("DELETE FROM ban_traces WHERE until <= $1", now.ToUnixTimeMilliseconds());
        }, ct, traces.Count);

    private static NetworkBlock BlockRow(SqliteDataReader row) => new(
        row.GetId(0), new AddressBlock(BinaryPrimitives.ReadUInt128BigEndian(row.GetFieldValue<byte[]>(1)), row.GetInt32(2)), row.GetTimeOrNull(3), row.GetStringOrNull(4), new UserId(row.GetId(5)), row.GetTime(6));
}
