using LiveComments.Accounts;
using LiveComments.Events;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>Who takes part in events, in SQLite.</summary>
internal sealed class SqliteParticipants(SqliteDatabase database) : IParticipants
{
    /// <summary>The participants of the event $1; none when the event is gone.</summary>
    private const string Participants = " FROM event_participants WHERE event_id = (SELECT event_id FROM events WHERE event_id = $1)";

    public async ValueTask<bool> AdmitAsync(EventId id, UserId userId, Role role, CancellationToken ct) =>
        await database.WriteAsync(connection => SqliteEventCatalog.Change(connection, """
            INSERT INTO event_participants (event_id, user_id, role)
            SELECT event_id, $2, $3 FROM events WHERE event_id = $1
            ON CONFLICT (event_id, user_id) DO UPDATE SET role = excluded.role
            """, id.Value.Blob(), userId.Value.Blob(), (long)role), ct);

    public async ValueTask<bool> DismissAsync(EventId id, UserId userId, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            if (!SqliteEventCatalog.Change(connection, "UPDATE event_participants SET role = NULL WHERE event_id = $1 AND user_id = $2 AND role IS NOT NULL",
                id.Value.Blob(), userId.Value.Blob()))
                return false;
            connection.Execute("DELETE FROM event_participants WHERE event_id = $1 AND user_id = $2 AND joined_at IS NULL", id.Value.Blob(), userId.Value.Blob());
            return true;
        }, ct);

    public async ValueTask<Role?> FindRoleAsync(EventId id, UserId userId, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.QueryFirst(
            "SELECT role" + Participants + " AND user_id = $2 AND role IS NOT NULL", reader => (Role?)reader.GetInt64(0),
            id.Value.Blob(), userId.Value.Blob()), ct);

    public async ValueTask<IReadOnlyList<Participant>> ListAdmittedAsync(EventId id, UserId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT user_id, role, joined_at" + Participants + " AND role IS NOT NULL"
            + (after is null ? " AND $2 IS NULL" : " AND (role, user_id) < (SELECT role, user_id FROM event_participants WHERE event_id = $1 AND user_id = $2)")
            + " ORDER BY role DESC, user_id DESC LIMIT $3",
            ParticipantRow, id.Value.Blob(), after?.Value.Blob(), limit), ct);

    public async ValueTask JoinAsync(IReadOnlyList<Join> joins, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            foreach (var join in joins)
                connection.Execute("""
                    INSERT INTO event_participants (event_id, user_id, joined_at)
                    SELECT event_id, $2, $3 FROM events WHERE event_id = $1
                    ON CONFLICT (event_id, user_id) DO UPDATE SET joined_at = excluded.joined_at WHERE joined_at IS NULL
                    """, join.EventId.Value.Blob(), join.UserId.Value.Blob(), join.At.ToUnixTimeMilliseconds());
            return joins.Count;
        }, ct, joins.Count);

    public async ValueTask<IReadOnlyList<Participant>> ListJoinedAsync(EventId id, UserId? after, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT user_id, role, joined_at" + Participants + " AND joined_at IS NOT NULL" + (after is null ? " AND $2 IS NULL" : " AND user_id < $2")
            + " ORDER BY user_id DESC LIMIT $3",
            ParticipantRow, id.Value.Blob(), after?.Value.Blob(), limit), ct);

    private static Participant ParticipantRow(SqliteDataReader reader) =>
        new(new UserId(reader.GetId(0)), reader.IsDBNull(1) ? null : (Role)reader.GetInt64(1), reader.GetTimeOrNull(2));
}
