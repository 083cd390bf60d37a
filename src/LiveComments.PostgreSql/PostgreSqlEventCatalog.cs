using LiveComments.Events;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>Events in PostgreSQL; the tables of <see cref="PostgreSqlParticipants"/> belong to the same schema.</summary>
internal sealed class PostgreSqlEventCatalog(PostgreSqlDatabase database) : IEventCatalog
{
    /// <summary>
    /// The documents' <c>events</c>, <c>event_moderation_rules</c> and <c>event_participants</c>; docs/decisions says which of their columns are left out. None of the people here needs a users
    /// row: external tokens name people before their first comment. A participant is somebody who was admitted (<c>role</c>), or who came (<c>joined_at</c>), or both; null means it has not
    /// happened.
    /// <para>
    /// An event may have as many of these rows as it had viewers, so they are not deleted in the transaction that removes the event. Until they are gone, every query checks that the event
    /// exists.
    /// </para>
    /// </summary>
    public const string Schema = """
        CREATE TABLE events (
            event_id uuid PRIMARY KEY,
            video_id text UNIQUE,
            title text NOT NULL,
            description text,
            event_type text NOT NULL,
            status smallint NOT NULL,
            start_time timestamptz NOT NULL,
            starts_itself boolean NOT NULL,
            end_time timestamptz,
            timezone text NOT NULL,
            moderation_level smallint NOT NULL,
            visibility smallint NOT NULL,
            comment_settings json NOT NULL,
            analytics_config json NOT NULL,
            created_by uuid NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            started_at timestamptz,
            ended_at timestamptz,
            announced boolean NOT NULL
        );
        CREATE INDEX events_by_start ON events (start_time, event_id);
        CREATE INDEX events_by_status ON events (status, start_time, event_id);
        CREATE INDEX events_by_type ON events (event_type, start_time, event_id);
        CREATE INDEX events_due ON events (start_time) WHERE starts_itself AND status = 0;
        CREATE INDEX events_unannounced ON events (updated_at) WHERE NOT announced;
        CREATE TABLE event_moderation_rules (
            rule_id uuid PRIMARY KEY,
            event_id uuid NOT NULL REFERENCES events ON DELETE CASCADE,
            rule_type text NOT NULL,
            rule_config json NOT NULL,
            is_active boolean NOT NULL DEFAULT true,
            created_at timestamptz NOT NULL
        );
        CREATE INDEX event_moderation_rules_by_event ON event_moderation_rules (event_id);
        CREATE TABLE event_participants (
            event_id uuid NOT NULL,
            user_id uuid NOT NULL,
            role smallint,
            joined_at timestamptz,
            PRIMARY KEY (event_id, user_id)
        );
        CREATE INDEX event_participants_by_role ON event_participants (event_id, role, user_id) WHERE role IS NOT NULL;
        CREATE TABLE removed_events (
            event_id uuid PRIMARY KEY
        );
        CREATE TABLE catalog_version (
            version bigint NOT NULL
        );
        INSERT INTO catalog_version VALUES (0);

        """;

    /// <summary>Makes every cache of the catalogue read again. The row is locked until the commit, so a version that is seen is never older than what it stands for.</summary>
    public const string Touch = "UPDATE catalog_version SET version = version + 1";

    private const string Select = """
        SELECT event_id, video_id, title, description, event_type, status, start_time, starts_itself, end_time, timezone,
            moderation_level, comment_settings, analytics_config, created_by, created_at, updated_at, started_at, ended_at
        FROM events
        """;

    private const string Insert = """
        INSERT INTO events (event_id, video_id, title, description, event_type, status, start_time, starts_itself, end_time, timezone,
            moderation_level, visibility, comment_settings, analytics_config, created_by, created_at, updated_at, started_at, ended_at, announced)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::json, $14::json, $15, $16, $17, $18, $19, true)
        ON CONFLICT (video_id) DO NOTHING RETURNING 1
        """;

    private const string Update = """
        UPDATE events SET title = $3, description = $4, event_type = $5, status = $6, start_time = $7, starts_itself = $8, end_time = $9,
            timezone = $10, moderation_level = $11, visibility = $12, comment_settings = $13::json, analytics_config = $14::json, updated_at = $15,
            started_at = $16, ended_at = $17, announced = false
        WHERE event_id = $1 AND updated_at = $2 RETURNING 1
        """;

    private const string Remove = """
        WITH removed AS (DELETE FROM events WHERE event_id = $1 RETURNING event_id) INSERT INTO removed_events (event_id) SELECT event_id FROM removed RETURNING 1
        """;

    /// <summary>Participants deleted in one step: a few milliseconds of the server's time.</summary>
    private const int Step = 500;

    private const string PurgeStep = """
        DELETE FROM event_participants WHERE ctid = ANY (ARRAY(
            SELECT p.ctid FROM event_participants p JOIN removed_events r ON r.event_id = p.event_id WHERE p.event_id = $1 LIMIT $2))
        """;

    public async ValueTask<long> VersionAsync(CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("SELECT version FROM catalog_version");
            return (await call.QueryAsync(batch, row => row.GetInt64(0)))[0];
        }, ct);

    public async ValueTask<Error?> AddAsync(LiveEvent liveEvent, CancellationToken ct) =>
        await database.WriteAsync(call => ChangeAsync(call, Insert, statement => statement
            .With(liveEvent.Id.Value).With(liveEvent.VideoId).With(liveEvent.Title).With(liveEvent.Description).With(liveEvent.EventType).With((short)liveEvent.Status)
            .With(liveEvent.StartTime).With(liveEvent.StartsItself).With(liveEvent.EndTime).With(liveEvent.Timezone)
            .With((short)liveEvent.ModerationLevel).With((short)liveEvent.Settings.Visibility).With(EventSettingsJson.Write(liveEvent.Settings)).With(liveEvent.AnalyticsConfig)
            .With(liveEvent.CreatedBy.Value).With(liveEvent.CreatedAt).With(liveEvent.UpdatedAt).With(liveEvent.StartedAt).With(liveEvent.EndedAt)), ct) ? null : Error.VideoIdTaken;

    public async ValueTask<bool> UpdateAsync(LiveEvent liveEvent, LiveEvent was, CancellationToken ct) =>
        await database.WriteAsync(call => ChangeAsync(call, Update, statement => statement
            .With(liveEvent.Id.Value).With(was.UpdatedAt).With(liveEvent.Title).With(liveEvent.Description).With(liveEvent.EventType).With((short)liveEvent.Status)
            .With(liveEvent.StartTime).With(liveEvent.StartsItself).With(liveEvent.EndTime).With(liveEvent.Timezone)
            .With((short)liveEvent.ModerationLevel).With((short)liveEvent.Settings.Visibility).With(EventSettingsJson.Write(liveEvent.Settings)).With(liveEvent.AnalyticsConfig)
            .With(liveEvent.UpdatedAt).With(liveEvent.StartedAt).With(liveEvent.EndedAt)), ct);

    public async ValueTask<bool> AnnouncedAsync(LiveEvent liveEvent, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("UPDATE events SET announced = true WHERE event_id = $1 AND updated_at = $2").With(liveEvent.Id.Value).With(liveEvent.UpdatedAt);
            return await call.ExecuteAsync(batch) == 1;
        }, ct);

    public async ValueTask<IReadOnlyList<LiveEvent>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct) =>
        await QueryAsync(" WHERE NOT announced AND updated_at < $1 ORDER BY updated_at LIMIT $2", statement => statement.With(before).With((long)limit), ct);

    public async ValueTask<bool> RemoveAsync(EventId id, CancellationToken ct) =>
        await database.WriteAsync(call => ChangeAsync(call, Remove, statement => statement.With(id.Value)), ct);

    public async ValueTask<IReadOnlyList<EventId>> RemovedAsync(int limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("SELECT event_id FROM removed_events LIMIT $1").With((long)limit);
            return await call.QueryAsync(batch, row => new EventId(row.GetId(0)));
        }, ct);

    public async ValueTask PurgeAsync(EventId id, CancellationToken ct)
    {
        while (await ExecuteAsync(PurgeStep, statement => statement.With(id.Value).With(Step), ct) > 0)
        {
        }
        await ExecuteAsync("DELETE FROM removed_events WHERE event_id = $1", statement => statement.With(id.Value), ct);
    }

    public async ValueTask<LiveEvent?> FindAsync(EventId id, CancellationToken ct) =>
        (await QueryAsync(" WHERE event_id = $1", statement => statement.With(id.Value), ct)).FirstOrDefault();

    public async ValueTask<LiveEvent?> FindByVideoIdAsync(string videoId, CancellationToken ct) =>
        (await QueryAsync(" WHERE video_id = $1", statement => statement.With(videoId), ct)).FirstOrDefault();

    public async ValueTask<IReadOnlyList<LiveEvent>> ListAsync(EventListing listing, CancellationToken ct)
    {
        // Only the filters that are asked for, so that each form has its index; every form has the same parameters.
        var where = " WHERE ($5 OR visibility = 0 OR EXISTS (SELECT 1 FROM event_participants p WHERE p.event_id = events.event_id AND p.user_id = $4 AND p.role IS NOT NULL))"
            + (listing.Status is null ? " AND $1 IS NULL" : " AND status = $1")
            + (listing.EventType is null ? " AND $2 IS NULL" : " AND event_type = $2")
            + (listing.After is null ? " AND $3 IS NULL" : " AND (start_time, event_id) < (SELECT start_time, event_id FROM events WHERE event_id = $3)")
            + " ORDER BY start_time DESC, event_id DESC LIMIT $6";
        return await database.ReadOldAsync(call => QueryAsync(call, where, statement => statement
            .With((short?)listing.Status).With(listing.EventType).With(listing.After?.Value).With(listing.Participant?.Value).With(listing.Private).With((long)listing.Limit)), ct);
    }

    public async ValueTask<IReadOnlyList<LiveEvent>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct) =>
        await QueryAsync(" WHERE starts_itself AND status = 0 AND start_time <= $1 ORDER BY start_time LIMIT $2", statement => statement.With(now).With((long)limit), ct);

    /// <summary>Changes one row that others cache; false when there is none.</summary>
    /// <param name="sql">Answers a row for each one that it changed.</param>
    public static async Task<bool> ChangeAsync(StoreCall call, string sql, Action<NpgsqlBatchCommand> parameters)
    {
        await using var batch = call.BeginBatch();
        parameters(batch.Add(sql));
        bool changed;
        await using (var rows = await call.ReadAsync(batch))
            changed = await rows.ReadAsync(call.Token);
        if (!changed)
            return false;
        await using var touch = call.Batch();
        touch.Add(Touch);
        await call.CommitAsync(touch);
        return true;
    }

    private async Task<int> ExecuteAsync(string sql, Action<NpgsqlBatchCommand> parameters, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            parameters(batch.Add(sql));
            return await call.ExecuteAsync(batch);
        }, ct);

    private async Task<IReadOnlyList<LiveEvent>> QueryAsync(string where, Action<NpgsqlBatchCommand> parameters, CancellationToken ct) => await database.ReadAsync(call => QueryAsync(call, where, parameters), ct);

    private static async Task<IReadOnlyList<LiveEvent>> QueryAsync(StoreCall call, string where, Action<NpgsqlBatchCommand> parameters)
    {
        await using var batch = call.Batch();
        parameters(batch.Add(Select + where));
        return await call.QueryAsync(batch, Row);
    }

    private static LiveEvent Row(NpgsqlDataReader row) => new(
        new EventId(row.GetId(0)),
        row.GetStringOrNull(1),
        row.GetString(2),
        row.GetStringOrNull(3),
        row.GetString(4),
        (EventStatus)row.GetInt16(5),
        row.GetTime(6),
        row.GetBoolean(7),
        row.GetTimeOrNull(8),
        row.GetString(9),
        EventSettingsJson.Read(row.GetString(11)),
        new UserId(row.GetId(13)),
        row.GetTime(14),
        row.GetTime(15))
    {
        ModerationLevel = (ModerationLevel)row.GetInt16(10),
        AnalyticsConfig = row.GetString(12),
        StartedAt = row.GetTimeOrNull(16),
        EndedAt = row.GetTimeOrNull(17),
    };
}
