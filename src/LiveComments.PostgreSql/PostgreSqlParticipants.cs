using LiveComments.Accounts;
using LiveComments.Events;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>Who takes part in events, in PostgreSQL.</summary>
internal sealed class PostgreSqlParticipants(PostgreSqlDatabase database) : IParticipants
{
    private const string Admit = """
        INSERT INTO event_participants (event_id, user_id, role) SELECT event_id, $2, $3 FROM events WHERE event_id = $1
        ON CONFLICT (event_id, user_id) DO UPDATE SET role = excluded.role
        """;

    /// <summary>Who never joined has no row without an admission.</summary>
    private const string Dismiss = """
        WITH dismissed AS (
            UPDATE event_participants SET role = NULL WHERE event_id = $1 AND user_id = $2 AND role IS NOT NULL AND joined_at IS NOT NULL RETURNING 1
        ), deleted AS (
            DELETE FROM event_participants WHERE event_id = $1 AND user_id = $2 AND role IS NOT NULL AND joined_at IS NULL RETURNING 1
        )
        SELECT 1 FROM dismissed UNION ALL SELECT 1 FROM deleted
        """;

    /// <summary>In the order of their keys, so that nodes that record the same joins at once do not wait for each other in a circle.</summary>
    private const string PutJoins = """
        INSERT INTO event_participants (event_id, user_id, joined_at)
        SELECT DISTINCT ON (joins.event_id, joins.user_id) joins.event_id, joins.user_id, joins.at
        FROM unnest($1, $2, $3) WITH ORDINALITY AS joins (event_id, user_id, at, place) JOIN events ON events.event_id = joins.event_id
        ORDER BY joins.event_id, joins.user_id, joins.place
        ON CONFLICT (event_id, user_id) DO UPDATE SET joined_at = excluded.joined_at WHERE event_participants.joined_at IS NULL
        """;

    /// <summary>The participants of the event $1; none when the event is gone.</summary>
    private const string Participants = " FROM event_participants WHERE event_id = (SELECT event_id FROM events WHERE event_id = $1)";

    private const string RoleOfOne = "SELECT role" + Participants + " AND user_id = $2 AND role IS NOT NULL";

    private const string Admitted = "SELECT user_id, role, joined_at" + Participants + " AND role IS NOT NULL ORDER BY role DESC, user_id DESC LIMIT $2";

    private const string AdmittedAfter = "SELECT user_id, role, joined_at" + Participants + " AND role IS NOT NULL"
        + " AND (role, user_id) < (SELECT role, user_id FROM event_participants WHERE event_id = $1 AND user_id = $3) ORDER BY role DESC, user_id DESC LIMIT $2";

    private const string Joined = "SELECT user_id, role, joined_at" + Participants + " AND joined_at IS NOT NULL ORDER BY user_id DESC LIMIT $2";

    private const string JoinedAfter = "SELECT user_id, role, joined_at" + Participants + " AND joined_at IS NOT NULL AND user_id < $3 ORDER BY user_id DESC LIMIT $2";

    public async ValueTask<bool> AdmitAsync(EventId id, UserId userId, Role role, CancellationToken ct) =>
        await database.WriteAsync(call => PostgreSqlEventCatalog.ChangeAsync(call, Admit + " RETURNING 1", statement => statement.With(id.Value).With(userId.Value).With((short)role)), ct);

    public async ValueTask<bool> DismissAsync(EventId id, UserId userId, CancellationToken ct) =>
        await database.WriteAsync(call => PostgreSqlEventCatalog.ChangeAsync(call, Dismiss, statement => statement.With(id.Value).With(userId.Value)), ct);

    public async ValueTask<Role?> FindRoleAsync(EventId id, UserId userId, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(RoleOfOne).With(id.Value).With(userId.Value);
            return (await call.QueryAsync(batch, row => (Role?)row.GetInt16(0))).FirstOrDefault();
        }, ct);

    public async ValueTask<IReadOnlyList<Participant>> ListAdmittedAsync(EventId id, UserId? after, int limit, CancellationToken ct) =>
        await ListAsync(after is null ? Admitted : AdmittedAfter, id, after, limit, ct);

    public async ValueTask JoinAsync(IReadOnlyList<Join> joins, CancellationToken ct)
    {
        if (joins.Count > 0)
            await database.WriteAsync(async call =>
            {
                await using var batch = call.Batch();
                batch.Add(PutJoins).With(joins.Select(join => join.EventId.Value).ToArray()).With(joins.Select(join => join.UserId.Value).ToArray()).With(joins.Select(join => join.At).ToArray());
                call.Rows = joins.Count;
                return await call.ExecuteAsync(batch);
            }, ct);
    }

    public async ValueTask<IReadOnlyList<Participant>> ListJoinedAsync(EventId id, UserId? after, int limit, CancellationToken ct) =>
        await ListAsync(after is null ? Joined : JoinedAfter, id, after, limit, ct);

    private async Task<IReadOnlyList<Participant>> ListAsync(string sql, EventId id, UserId? after, long limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            var statement = batch.Add(sql).With(id.Value).With(limit);
            if (after is { } last)
                statement.With(last.Value);
            return await call.QueryAsync(batch, ParticipantRow);
        }, ct);

    private static Participant ParticipantRow(NpgsqlDataReader row) =>
        new(new UserId(row.GetId(0)), row.IsDBNull(1) ? null : (Role)row.GetInt16(1), row.GetTimeOrNull(2));
}
