using LiveComments.Followers;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>How far followers have come, in SQLite.</summary>
internal sealed class SqliteFollowerStore(SqliteDatabase database) : IFollowerStore
{
    /// <summary>The index gives a follower the tallies in the order of their changes, and a batch of reactions the version to go on from.</summary>
    public const string Schema = """
        CREATE TABLE follower_positions(
            follower TEXT NOT NULL,
            event_id BLOB NOT NULL,
            epoch INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            reaction_version INTEGER NOT NULL,
            PRIMARY KEY(follower, event_id)) WITHOUT ROWID;
        CREATE INDEX reaction_changes ON reaction_counts(log, version);

        """;

    public async ValueTask<IReadOnlyList<FollowedEvent>> BehindAsync(string follower, EventId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            using var rows = connection.Statement("""
                SELECT * FROM (
                    SELECT l.event_id AS id, l.epoch, l.last_seq, p.epoch, p.seq, p.reaction_version
                    FROM logs l LEFT JOIN follower_positions p ON p.follower = ?1 AND p.event_id = l.event_id
                    WHERE l.event_id > ?2 AND (p.epoch IS NOT l.epoch OR p.seq < l.last_seq
                        OR EXISTS (SELECT 1 FROM reaction_counts c WHERE c.log = l.log AND c.version > p.reaction_version))
                    ORDER BY l.event_id LIMIT ?3)
                UNION ALL
                SELECT * FROM (
                    SELECT p.event_id AS id, NULL, NULL, p.epoch, p.seq, p.reaction_version FROM follower_positions p
                    WHERE p.follower = ?1 AND p.event_id > ?2 AND NOT EXISTS (SELECT 1 FROM logs l WHERE l.event_id = p.event_id)
                    ORDER BY p.event_id LIMIT ?3)
                ORDER BY id LIMIT ?3
                """).Bind(1, follower).Bind(2, after?.Value ?? Guid.Empty).Bind(3, (long)limit);
            var behind = new List<FollowedEvent>();
            while (rows.Step())
                behind.Add(new FollowedEvent(new EventId(rows.Id(0)),
                    rows.IsNull(3) ? null : new FollowerPosition(new Position(rows.Int64(3), rows.Int64(4)), rows.Int64(5)),
                    rows.IsNull(1) ? null : new Position(rows.Int64(1), rows.Int64(2))));
            return behind;
        }, ct);

    public async ValueTask<IReadOnlyList<KeyValuePair<EventId, FollowerPosition>>> PositionsAsync(string follower, EventId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            using var rows = connection.Statement("SELECT event_id, epoch, seq, reaction_version FROM follower_positions WHERE follower = ?1 AND event_id > ?2 ORDER BY event_id LIMIT ?3")
                .Bind(1, follower).Bind(2, after?.Value ?? Guid.Empty).Bind(3, (long)limit);
            var positions = new List<KeyValuePair<EventId, FollowerPosition>>();
            while (rows.Step())
                positions.Add(KeyValuePair.Create(new EventId(rows.Id(0)), new FollowerPosition(new Position(rows.Int64(1), rows.Int64(2)), rows.Int64(3))));
            return positions;
        }, ct);

    public async ValueTask<FollowerPosition?> FindAsync(string follower, EventId id, CancellationToken ct) =>
        await database.ReadAsync(connection => Find(connection, follower, id), ct);

    public async ValueTask KeepAsync(string follower, EventId id, FollowerPosition position, CancellationToken ct) =>
        await database.WriteAsync(connection => Keep(connection, follower, id, position), ct);

    public async ValueTask ForgetAsync(string follower, EventId id, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            using var delete = connection.Statement("DELETE FROM follower_positions WHERE follower = ?1 AND event_id = ?2").Bind(1, follower).Bind(2, id.Value);
            return delete.Run();
        }, ct);

    /// <summary>For what is read or kept in one transaction with something else.</summary>
    public static FollowerPosition? Find(SqliteConnection connection, string follower, EventId id)
    {
        using var row = connection.Statement("SELECT epoch, seq, reaction_version FROM follower_positions WHERE follower = ?1 AND event_id = ?2").Bind(1, follower).Bind(2, id.Value);
        return row.Step() ? new FollowerPosition(new Position(row.Int64(0), row.Int64(1)), row.Int64(2)) : null;
    }

    /// <inheritdoc cref="Find"/>
    public static int Keep(SqliteConnection connection, string follower, EventId id, FollowerPosition position)
    {
        using var put = connection.Statement("REPLACE INTO follower_positions(follower, event_id, epoch, seq, reaction_version) VALUES(?1, ?2, ?3, ?4, ?5)")
            .Bind(1, follower).Bind(2, id.Value).Bind(3, position.Log.Epoch).Bind(4, position.Log.Seq).Bind(5, position.ReactionVersion);
        return put.Run();
    }
}
