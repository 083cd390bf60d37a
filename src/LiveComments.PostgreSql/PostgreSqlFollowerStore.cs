using LiveComments.Followers;

namespace LiveComments.PostgreSql;

/// <summary>How far followers have come, in PostgreSQL.</summary>
internal sealed class PostgreSqlFollowerStore(PostgreSqlDatabase database) : IFollowerStore
{
    /// <summary>The index gives a follower the tallies in the order of their changes, and a batch of reactions the version to go on from.</summary>
    public const string Schema = """
        CREATE TABLE follower_positions (
            event_id uuid NOT NULL,
            epoch bigint NOT NULL,
            seq bigint NOT NULL,
            reaction_version bigint NOT NULL,
            follower text NOT NULL,
            PRIMARY KEY (follower, event_id)
        );
        CREATE INDEX reaction_changes ON reaction_counts (log, version);

        """;

    private const string Behind = """
        (SELECT l.event_id AS id, l.epoch, l.last_seq, p.epoch, p.seq, p.reaction_version
        FROM logs l LEFT JOIN follower_positions p ON p.follower = $1 AND p.event_id = l.event_id
        WHERE l.event_id > $2 AND (p.epoch IS DISTINCT FROM l.epoch OR p.seq < l.last_seq
            OR EXISTS (SELECT 1 FROM reaction_counts c WHERE c.log = l.log AND c.version > p.reaction_version))
        ORDER BY l.event_id LIMIT $3)
        UNION ALL
        (SELECT p.event_id, NULL, NULL, p.epoch, p.seq, p.reaction_version FROM follower_positions p
        WHERE p.follower = $1 AND p.event_id > $2 AND NOT EXISTS (SELECT 1 FROM logs l WHERE l.event_id = p.event_id)
        ORDER BY p.event_id LIMIT $3)
        ORDER BY id LIMIT $3
        """;

    private const string Put = """
        INSERT INTO follower_positions (follower, event_id, epoch, seq, reaction_version) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (follower, event_id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, reaction_version = excluded.reaction_version
        """;

    public async ValueTask<IReadOnlyList<FollowedEvent>> BehindAsync(string follower, EventId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(Behind).With(follower).With(after?.Value ?? Guid.Empty).With(limit);
            return await call.QueryAsync(batch, row => new FollowedEvent(new EventId(row.GetId(0)),
                row.IsDBNull(3) ? null : new FollowerPosition(new Position(row.GetInt64(3), row.GetInt64(4)), row.GetInt64(5)),
                row.IsDBNull(1) ? null : new Position(row.GetInt64(1), row.GetInt64(2))));
        }, ct);

    public async ValueTask<IReadOnlyList<KeyValuePair<EventId, FollowerPosition>>> PositionsAsync(string follower, EventId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("SELECT event_id, epoch, seq, reaction_version FROM follower_positions WHERE follower = $1 AND event_id > $2 ORDER BY event_id LIMIT $3")
                .With(follower).With(after?.Value ?? Guid.Empty).With(limit);
            return await call.QueryAsync(batch, row => KeyValuePair.Create(new EventId(row.GetId(0)), new FollowerPosition(new Position(row.GetInt64(1), row.GetInt64(2)), row.GetInt64(3))));
        }, ct);

    public async ValueTask<FollowerPosition?> FindAsync(string follower, EventId id, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("SELECT epoch, seq, reaction_version FROM follower_positions WHERE follower = $1 AND event_id = $2").With(follower).With(id.Value);
            return (await call.QueryAsync(batch, row => (FollowerPosition?)new FollowerPosition(new Position(row.GetInt64(0), row.GetInt64(1)), row.GetInt64(2)))).FirstOrDefault();
        }, ct);

    public async ValueTask KeepAsync(string follower, EventId id, FollowerPosition position, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(Put).With(follower).With(id.Value).With((long?)position.Log.Epoch).With((long?)position.Log.Seq).With((long?)position.ReactionVersion);
            return await call.ExecuteAsync(batch);
        }, ct);

    public async ValueTask ForgetAsync(string follower, EventId id, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("DELETE FROM follower_positions WHERE follower = $1 AND event_id = $2").With(follower).With(id.Value);
            return await call.ExecuteAsync(batch);
        }, ct);
}
