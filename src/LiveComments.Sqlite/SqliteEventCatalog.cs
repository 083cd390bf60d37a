using LiveComments.Events;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>Events in SQLite; the tables of <see cref="SqliteParticipants"/> belong to the same schema.</summary>
internal sealed class SqliteEventCatalog(SqliteDatabase database) : IEventCatalog
{
    /// <summary>
    /// The documents' <c>events</c>, <c>event_moderation_rules</c> and <c>event_participants</c>. <c>max_participants</c> stands in
    /// the settings. None of the people here needs a users row: external tokens name people before their first comment.
    /// <para>
    /// A participant is somebody who was admitted (<c>role</c>, in the place of <c>participation_type</c>), or who came
    /// (<c>joined_at</c>), or both; null means it has not happened. Having joined gives no access: an event may become private.
    /// <c>comment_count</c> and <c>last_comment_at</c> are left out because every comment would have to change the row of its
    /// author beside its own; <c>entries</c> has them by author. <c>left_at</c> is left out because everybody who comes and goes
    /// would change theirs each time; who is there now is known from the open streams.
    /// </para>
    /// <para>
    /// An event may have as many of these rows as it had viewers, so they are not deleted in the transaction that removes the event. Until they are gone, every query checks that the event
    /// exists.
    /// </para>
    /// </summary>
    public const string Schema = """
        CREATE TABLE events (
            event_id BLOB PRIMARY KEY,
            video_id TEXT UNIQUE,
            title TEXT NOT NULL,
            description TEXT,
            event_type TEXT NOT NULL,
            status INTEGER NOT NULL,
            start_time INTEGER NOT NULL,
            starts_itself INTEGER NOT NULL,
            end_time INTEGER,
            timezone TEXT NOT NULL,
            moderation_level INTEGER NOT NULL,
            visibility INTEGER NOT NULL,
            comment_settings TEXT NOT NULL,
            analytics_config TEXT NOT NULL,
            created_by BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            announced INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX events_by_start ON events (start_time, event_id);
        CREATE INDEX events_by_status ON events (status, start_time, event_id);
        CREATE INDEX events_by_type ON events (event_type, start_time, event_id);
        CREATE INDEX events_due ON events (start_time) WHERE starts_itself = 1 AND status = 0;
        CREATE INDEX events_unannounced ON events (updated_at) WHERE announced = 0;
        CREATE TABLE event_moderation_rules (
            rule_id BLOB PRIMARY KEY,
            event_id BLOB NOT NULL REFERENCES events ON DELETE CASCADE,
            rule_type TEXT NOT NULL,
            rule_config TEXT NOT NULL,
            is_active INTEGER NOT NULL DEFAULT 1,
            created_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX event_moderation_rules_by_event ON event_moderation_rules (event_id);
        CREATE TABLE event_participants (
            event_id BLOB NOT NULL,
            user_id BLOB NOT NULL,
            role INTEGER,
            joined_at INTEGER,
            PRIMARY KEY (event_id, user_id)
        ) WITHOUT ROWID;
        CREATE INDEX event_participants_by_role ON event_participants (event_id, role, user_id) WHERE role IS NOT NULL;
        CREATE TABLE removed_events (
            event_id BLOB PRIMARY KEY
        ) WITHOUT ROWID;
        CREATE TABLE catalog_version (
            version INTEGER NOT NULL
        );
        INSERT INTO catalog_version VALUES (0);

        """;

    /// <summary>
    /// When events really went live and ended, which only their logs told before. A log that retention has emptied knows neither:
    /// its event ended at <c>end_time</c>, and its planned start is the best there is.
    /// </summary>
    public const string StartedAndEnded = """
        ALTER TABLE events ADD COLUMN started_at INTEGER;
        ALTER TABLE events ADD COLUMN ended_at INTEGER;
        UPDATE events SET
            started_at = coalesce(logs.started_at, CASE
                WHEN events.status = 1 THEN events.updated_at
                WHEN logs.ended_at IS NULL AND events.start_time < events.end_time THEN events.start_time END),
            ended_at = CASE WHEN events.status = 2 THEN coalesce(logs.ended_at, events.end_time) END
        FROM logs WHERE logs.event_id = events.event_id AND events.status <> 0;
        ALTER TABLE logs DROP COLUMN started_at;

        """;

    private const string Select = """
        SELECT event_id, video_id, title, description, event_type, status, start_time, starts_itself, end_time, timezone,
            moderation_level, comment_settings, analytics_config, created_by, created_at, updated_at, started_at, ended_at
        FROM events
        """;

    /// <summary>Participants deleted in one step: a few milliseconds of the writer's time.</summary>
    private const int Step = 500;

    public async ValueTask<long> VersionAsync(CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Scalar<long>("SELECT version FROM catalog_version"), ct);

    public async ValueTask<Error?> AddAsync(LiveEvent liveEvent, CancellationToken ct) =>
        await database.WriteAsync(connection => Change(connection, """
            INSERT INTO events (event_id, video_id, title, description, event_type, status, start_time, starts_itself, end_time, timezone,
                moderation_level, visibility, comment_settings, analytics_config, created_by, created_at, updated_at, started_at, ended_at, announced)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1)
            ON CONFLICT (video_id) DO NOTHING
            """,
            liveEvent.Id.Value.Blob(), liveEvent.VideoId, liveEvent.Title, liveEvent.Description, liveEvent.EventType, (long)liveEvent.Status,
            Milliseconds(liveEvent.StartTime), liveEvent.StartsItself, Milliseconds(liveEvent.EndTime), liveEvent.Timezone,
            (long)liveEvent.ModerationLevel, (long)liveEvent.Settings.Visibility, EventSettingsJson.Write(liveEvent.Settings),
            liveEvent.AnalyticsConfig, liveEvent.CreatedBy.Value.Blob(), Milliseconds(liveEvent.CreatedAt), Milliseconds(liveEvent.UpdatedAt),
            Milliseconds(liveEvent.StartedAt), Milliseconds(liveEvent.EndedAt)), ct) ? null : Error.VideoIdTaken;

    public async ValueTask<bool> UpdateAsync(LiveEvent liveEvent, LiveEvent was, CancellationToken ct) =>
        await database.WriteAsync(connection => Change(connection, """
            UPDATE events SET title = $3, description = $4, event_type = $5, status = $6, start_time = $7, starts_itself = $8, end_time = $9,
                timezone = $10, moderation_level = $11, visibility = $12, comment_settings = $13, analytics_config = $14, updated_at = $15,
                started_at = $16, ended_at = $17, announced = 0
            WHERE event_id = $1 AND updated_at = $2
            """,
            liveEvent.Id.Value.Blob(), Milliseconds(was.UpdatedAt), liveEvent.Title, liveEvent.Description, liveEvent.EventType,
            (long)liveEvent.Status, Milliseconds(liveEvent.StartTime), liveEvent.StartsItself, Milliseconds(liveEvent.EndTime),
            liveEvent.Timezone, (long)liveEvent.ModerationLevel, (long)liveEvent.Settings.Visibility,
            EventSettingsJson.Write(liveEvent.Settings), liveEvent.AnalyticsConfig, Milliseconds(liveEvent.UpdatedAt),
            Milliseconds(liveEvent.StartedAt), Milliseconds(liveEvent.EndedAt)), ct);

    public async ValueTask<bool> AnnouncedAsync(LiveEvent liveEvent, CancellationToken ct) =>
        await database.WriteAsync(connection => connection.Execute(
            "UPDATE events SET announced = 1 WHERE event_id = $1 AND updated_at = $2",
            liveEvent.Id.Value.Blob(), Milliseconds(liveEvent.UpdatedAt)) == 1, ct);

    public async ValueTask<IReadOnlyList<LiveEvent>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            Select + " WHERE announced = 0 AND updated_at < $1 ORDER BY updated_at LIMIT $2", Row, Milliseconds(before), limit), ct);

    public async ValueTask<bool> RemoveAsync(EventId id, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            if (!Change(connection, "DELETE FROM events WHERE event_id = $1", id.Value.Blob()))
                return false;
            connection.Execute("INSERT INTO removed_events (event_id) VALUES ($1)", id.Value.Blob());
            return true;
        }, ct);

    public async ValueTask<IReadOnlyList<EventId>> RemovedAsync(int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT event_id FROM removed_events LIMIT $1", reader => new EventId(reader.GetId(0)), limit), ct);

    public async ValueTask PurgeAsync(EventId id, CancellationToken ct)
    {
        while (await database.WriteAsync(connection => connection.Execute("""
            DELETE FROM event_participants WHERE event_id = (SELECT event_id FROM removed_events WHERE event_id = $1)
                AND user_id IN (SELECT user_id FROM event_participants WHERE event_id = $1 LIMIT $2)
            """, id.Value.Blob(), Step), ct, Step) > 0)
        {
        }
        await database.WriteAsync(connection => connection.Execute("DELETE FROM removed_events WHERE event_id = $1", id.Value.Blob()), ct);
    }

    public async ValueTask<LiveEvent?> FindAsync(EventId id, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.QueryFirst(Select + " WHERE event_id = $1", Row, id.Value.Blob()), ct);

    public async ValueTask<LiveEvent?> FindByVideoIdAsync(string videoId, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.QueryFirst(Select + " WHERE video_id = $1", Row, videoId), ct);

    public async ValueTask<IReadOnlyList<LiveEvent>> ListAsync(EventListing listing, CancellationToken ct)
    {
        // Only the filters that are asked for, so that each form has its index; every form has the same parameters.
        var sql = Select + " WHERE ($5 OR visibility = 0 OR EXISTS (SELECT 1 FROM event_participants AS p WHERE p.event_id = events.event_id AND p.user_id = $4 AND p.role IS NOT NULL))"
            + (listing.Status is null ? " AND $1 IS NULL" : " AND status = $1")
            + (listing.EventType is null ? " AND $2 IS NULL" : " AND event_type = $2")
            + (listing.After is null ? " AND $3 IS NULL" : " AND (start_time, event_id) < (SELECT start_time, event_id FROM events WHERE event_id = $3)")
            + " ORDER BY start_time DESC, event_id DESC LIMIT $6";
        return await database.ReadAsync(connection => connection.Query(sql, Row,
            (long?)listing.Status, listing.EventType, listing.After?.Value.Blob(), listing.Participant?.Value.Blob(), listing.Private, listing.Limit), ct);
    }

    public async ValueTask<IReadOnlyList<LiveEvent>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            Select + " WHERE starts_itself = 1 AND status = 0 AND start_time <= $1 ORDER BY start_time LIMIT $2", Row, Milliseconds(now), limit), ct);

    /// <summary>Makes every cache of the catalogue read again.</summary>
    public const string Touch = "UPDATE catalog_version SET version = version + 1";

    /// <summary>Changes one row that others cache; false when there is none.</summary>
    public static bool Change(SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        if (connection.Execute(sql, values) == 0)
            return false;
        connection.Execute(Touch);
        return true;
    }

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    private static long? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    private static LiveEvent Row(SqliteDataReader reader) => new(
        new EventId(reader.GetId(0)),
        reader.GetStringOrNull(1),
        reader.GetString(2),
        reader.GetStringOrNull(3),
        reader.GetString(4),
        (EventStatus)reader.GetInt64(5),
        reader.GetTime(6),
        reader.GetBoolean(7),
        reader.GetTimeOrNull(8),
        reader.GetString(9),
        EventSettingsJson.Read(reader.GetString(11)),
        new UserId(reader.GetId(13)),
        reader.GetTime(14),
        reader.GetTime(15))
    {
        ModerationLevel = (ModerationLevel)reader.GetInt64(10),
        AnalyticsConfig = reader.GetString(12),
        StartedAt = reader.GetTimeOrNull(16),
        EndedAt = reader.GetTimeOrNull(17),
    };
}
