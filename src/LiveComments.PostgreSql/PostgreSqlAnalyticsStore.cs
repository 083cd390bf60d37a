using LiveComments.Analytics;
using LiveComments.Followers;

namespace LiveComments.PostgreSql;

/// <summary>What happened in events, rolled up to seconds, minutes and hours, in PostgreSQL.</summary>
internal sealed class PostgreSqlAnalyticsStore(PostgreSqlDatabase database, TimeProvider time) : IAnalyticsStore
{
    /// <summary>Rows of a roll-up are found by their key only: an index by time would cost a write for each, and retention goes through the events one by one. They change in place, so pages keep room.</summary>
    public const string Schema = """
        CREATE TABLE analytics_rollups (
            event_id uuid NOT NULL,
            step integer NOT NULL,
            at bigint NOT NULL,
            value bigint NOT NULL,
            measure text NOT NULL COLLATE "C",
            PRIMARY KEY (event_id, step, at, measure)
        ) WITH (fillfactor = 70);
        CREATE TABLE analytics_authors (
            event_id uuid PRIMARY KEY,
            sketch bytea NOT NULL
        );
        CREATE TABLE analytics_batches (
            batch_id uuid PRIMARY KEY,
            at bigint NOT NULL
        );

        """;

    private const string FollowerName = "analytics";

    /// <summary>Rows deleted in one step: a few milliseconds of the server's time.</summary>
    private const long Deleted = 2_000;

    private const string Known = "INSERT INTO analytics_batches (batch_id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING batch_id";

    /// <summary>Two who follow at once wait for each other, so that the second sees what the first has kept. Only they write sketches.</summary>
    private static readonly string Wait = $"SELECT pg_advisory_xact_lock({PostgreSqlSchema.LockClass}, {PostgreSqlSchema.AnalyticsLock})";

    private const string Positions = "SELECT event_id, epoch, seq, reaction_version FROM follower_positions WHERE follower = $1 AND event_id = ANY($2)";

    private const string Sketches = "SELECT event_id, sketch FROM analytics_authors WHERE event_id = ANY($1)";

    private const string Move = """
        INSERT INTO follower_positions (follower, event_id, epoch, seq, reaction_version)
        SELECT $1, moved.* FROM unnest($2, $3, $4, $5) AS moved (event_id, epoch, seq, reaction_version)
        ON CONFLICT (follower, event_id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, reaction_version = excluded.reaction_version
        """;

    private const string Add = """
        INSERT INTO analytics_rollups AS r (event_id, step, at, measure, value)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (event_id, step, at, measure) DO UPDATE SET value = CASE WHEN r.measure = 'viewers' THEN greatest(r.value, excluded.value) ELSE r.value + excluded.value END
        """;

    private const string PutSketches = """
        INSERT INTO analytics_authors (event_id, sketch) SELECT * FROM unnest($1, $2) ON CONFLICT (event_id) DO UPDATE SET sketch = excluded.sketch
        """;

    private const string Totals = """
        SELECT event_id, measure, CASE WHEN measure = 'viewers' THEN max(value) ELSE sum(value)::bigint END FROM analytics_rollups WHERE event_id = ANY($1) AND step = $2 GROUP BY event_id, measure
        """;

    private const string Series = """
        SELECT at, measure, value FROM analytics_rollups WHERE event_id = $1 AND step = $2 AND at >= $3 AND at < $4 AND strpos(measure, '/') = 0 ORDER BY at, measure
        """;

    private const string DeleteSome = """
        DELETE FROM analytics_rollups WHERE (event_id, step, at, measure) IN (SELECT event_id, step, at, measure FROM analytics_rollups WHERE event_id = $1 LIMIT $2)
        """;

    private const string DeleteOld = """
        DELETE FROM analytics_rollups WHERE (event_id, step, at, measure) IN (
            SELECT event_id, step, at, measure FROM analytics_rollups WHERE event_id = $1 AND step = $2 AND at < $3 LIMIT $4)
        """;

    private const string DeleteBatches = "DELETE FROM analytics_batches WHERE batch_id IN (SELECT batch_id FROM analytics_batches WHERE at < $1 LIMIT $2)";

    private const string DeleteAuthors = "DELETE FROM analytics_authors a WHERE a.event_id = $1 AND NOT EXISTS (SELECT 1 FROM analytics_rollups r WHERE r.event_id = a.event_id)";

    /// <summary>How long the ids of batches are known.</summary>
    private static readonly TimeSpan Batches = TimeSpan.FromDays(7);

    /// <summary>The event that the next step of retention begins after; null between rounds.</summary>
    private EventId? _hand;

    public string Follower => FollowerName;

    public async ValueTask<bool> AddAsync(AnalyticsBatch batch, CancellationToken ct)
    {
        var rollup = new Rollup(batch.Rows);
        return await database.WriteAsync(async call =>
        {
            var isNew = true;
            var known = new Dictionary<EventId, FollowerPosition>();
            var sketches = new Dictionary<EventId, UniqueSketch>();
            await using (var reading = call.BeginBatch())
            {
                if (batch.Spans.Count > 0)
                    reading.Add(Wait);
                reading.Add(Known).With(batch.Id).With(time.GetUtcNow().ToUnixTimeSeconds());
                reading.Add(Positions).With(FollowerName).With(batch.Spans.Select(span => span.Event.Value).Order().ToArray());
                reading.Add(Sketches).With(rollup.Authors.Select(author => author.Key.Value).ToArray());
                await using var rows = await call.ReadAsync(reading);
                if (batch.Spans.Count > 0)
                    await rows.NextResultAsync(call.Token);
                isNew = await rows.ReadAsync(call.Token);
                await rows.NextResultAsync(call.Token);
                while (await rows.ReadAsync(call.Token))
                    known.Add(new EventId(rows.GetId(0)), new FollowerPosition(new Position(rows.GetInt64(1), rows.GetInt64(2)), rows.GetInt64(3)));
                await rows.NextResultAsync(call.Token);
                while (await rows.ReadAsync(call.Token))
                    sketches.Add(new EventId(rows.GetId(0)), new UniqueSketch(rows.GetFieldValue<byte[]>(1)));
            }
            var isOurs = isNew && batch.Spans.All(span => (known.TryGetValue(span.Event, out var reached) ? reached : (FollowerPosition?)null) == span.From);
            await using var writing = call.Batch();
            if (!isOurs && isNew)
                writing.Add("DELETE FROM analytics_batches WHERE batch_id = $1").With(batch.Id);
            if (isOurs)
                AddTo(writing, batch, rollup, sketches);
            if (writing.BatchCommands.Count == 0)
                writing.Add("SELECT 1");
            await call.CommitAsync(writing);
            return isOurs || !isNew;
        }, ct);
    }

    public async ValueTask<IReadOnlyDictionary<EventId, EventTotals>> TotalsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            Guid[] events = [.. ids.Select(id => id.Value)];
            await using var batch = call.Batch();
            batch.Add(Totals).With(events).With((int)AnalyticsStep.Hour);
            batch.Add("SELECT event_id, sketch FROM analytics_authors WHERE event_id = ANY($1)").With(events);
            await using var rows = await call.ReadAsync(batch);
            var measures = await call.ListAsync(rows, row => (Event: new EventId(row.GetId(0)), Measure: row.GetString(1), Value: row.GetInt64(2)));
            await rows.NextResultAsync(call.Token);
            var authors = (await call.ListAsync(rows, row => (Event: new EventId(row.GetId(0)), new UniqueSketch(row.GetFieldValue<byte[]>(1)).Count))).ToDictionary(one => one.Event, one => one.Count);
            return (IReadOnlyDictionary<EventId, EventTotals>)measures.GroupBy(one => one.Event)
                .ToDictionary(one => one.Key, one => new EventTotals(one.ToDictionary(measure => measure.Measure, measure => measure.Value), authors.GetValueOrDefault(one.Key)));
        }, ct);

    public async ValueTask<IReadOnlyList<Measured>> SeriesAsync(EventId id, AnalyticsStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(Series).With(id.Value).With((int)step).With(Seconds(from)).With(Seconds(to));
            return await call.QueryAsync(batch, row => new Measured(DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(0)), row.GetString(1), row.GetInt64(2)));
        }, ct);

    public async ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(DeleteSome).With(id.Value).With(Deleted);
            batch.Add(DeleteAuthors).With(id.Value);
            return await call.ExecuteAsync(batch);
        }, ct) == 0;

    public async ValueTask<bool> ForgetAsync(DateTimeOffset before, DateTimeOffset secondsBefore, CancellationToken ct)
    {
        var after = _hand;
        if (after is null && await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(DeleteBatches).With(Seconds(time.GetUtcNow() - Batches)).With(Deleted);
            return await call.ExecuteAsync(batch);
        }, ct) > 0)
            return false;
        var next = await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add("SELECT event_id FROM analytics_rollups WHERE event_id > $1 ORDER BY event_id LIMIT 1").With(after?.Value ?? Guid.Empty);
            return await call.QueryAsync(batch, row => new EventId(row.GetId(0)));
        }, ct);
        if (next.Count == 0)
        {
            _hand = null;
            return true;
        }
        var deleted = await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            foreach (var (step, old) in ((AnalyticsStep, DateTimeOffset)[])[(AnalyticsStep.Second, secondsBefore), (AnalyticsStep.Minute, before), (AnalyticsStep.Hour, before)])
                batch.Add(DeleteOld).With(next[0].Value).With((int)step).With(Seconds(old) - (long)step + 1).With(Deleted);
            batch.Add(DeleteAuthors).With(next[0].Value);
            return await call.ExecuteAsync(batch);
        }, ct);
        if (deleted == 0)
            _hand = next[0];
        return false;
    }

    private static void AddTo(Npgsql.NpgsqlBatch writing, AnalyticsBatch batch, Rollup rollup, Dictionary<EventId, UniqueSketch> sketches)
    {
        if (batch.Spans.Count > 0)
        {
            var spans = batch.Spans.OrderBy(span => span.Event.Value).ToList();
            writing.Add(Move).With(FollowerName).With(spans.Select(span => span.Event.Value).ToArray()).With(spans.Select(span => span.To.Log.Epoch).ToArray())
                .With(spans.Select(span => span.To.Log.Seq).ToArray()).With(spans.Select(span => span.To.ReactionVersion).ToArray());
        }
        if (rollup.Cells.Count > 0)
            writing.Add(Add).With(rollup.Cells.Select(cell => cell.Key.Event.Value).ToArray()).With(rollup.Cells.Select(cell => (int)cell.Key.Step).ToArray())
                .With(rollup.Cells.Select(cell => cell.Key.At).ToArray()).With(rollup.Cells.Select(cell => (string?)cell.Key.Measure).ToArray()).With(rollup.Cells.Select(cell => cell.Value).ToArray());
        var changed = new List<(Guid Event, byte[] Sketch)>();
        foreach (var (id, sketch) in rollup.Authors)
        {
            var all = sketches.GetValueOrDefault(id) ?? new UniqueSketch();
            if (all.Merge(sketch))
                changed.Add((id.Value, all.ToBytes()));
        }
        if (changed.Count > 0)
            writing.Add(PutSketches).With(changed.Select(one => one.Event).ToArray()).With(changed.Select(one => one.Sketch).ToArray());
    }

    private static long Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds();
}
