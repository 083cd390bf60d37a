using LiveComments.Analytics;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>What happened in events, rolled up to seconds, minutes and hours, in SQLite.</summary>
internal sealed class SqliteAnalyticsStore(SqliteDatabase database, TimeProvider time) : IAnalyticsStore
{
    /// <summary>Rows of a roll-up are found by their key only: an index by time would cost a write for each, and retention goes through the events one by one.</summary>
    public const string Schema = """
        CREATE TABLE analytics_rollups(
            event_id BLOB NOT NULL,
            step INTEGER NOT NULL,
            at INTEGER NOT NULL,
            measure TEXT NOT NULL,
            value INTEGER NOT NULL,
            PRIMARY KEY(event_id, step, at, measure)) WITHOUT ROWID;
        CREATE TABLE analytics_authors(
            event_id BLOB PRIMARY KEY,
            sketch BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE analytics_batches(
            batch_id BLOB PRIMARY KEY,
            at INTEGER NOT NULL) WITHOUT ROWID;

        """;

    private const string FollowerName = "analytics";

    /// <summary>Rows deleted in one step: a few milliseconds of the writer's time.</summary>
    private const long Deleted = 2_000;

    /// <summary>How long the ids of batches are known.</summary>
    private static readonly TimeSpan Batches = TimeSpan.FromDays(7);

    /// <summary>The event that the next step of retention begins after; null between rounds.</summary>
    private EventId? _hand;

    public string Follower => FollowerName;

    public async ValueTask<bool> AddAsync(AnalyticsBatch batch, CancellationToken ct)
    {
        // Outside the transaction, which all writers wait for.
        var rollup = new Rollup(batch.Rows);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return await database.WriteAsync(connection =>
        {
            using (var known = connection.Statement("INSERT INTO analytics_batches(batch_id, at) VALUES(?1, ?2) ON CONFLICT DO NOTHING").Bind(1, batch.Id).Bind(2, now))
                if (known.Run() == 0)
                    return true;
            foreach (var span in batch.Spans)
                if (SqliteFollowerStore.Find(connection, FollowerName, span.Event) != span.From)
                {
                    Forget(connection, batch.Id);
                    return false;
                }
            foreach (var span in batch.Spans)
                SqliteFollowerStore.Keep(connection, FollowerName, span.Event, span.To);
            foreach (var (cell, value) in rollup.Cells)
                Add(connection, cell, value);
            foreach (var (id, sketch) in rollup.Authors)
                Add(connection, id, sketch);
            return true;
        }, ct, Math.Max(1, rollup.Cells.Count));
    }

    public async ValueTask<IReadOnlyDictionary<EventId, EventTotals>> TotalsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            var found = new Dictionary<EventId, EventTotals>();
            foreach (var id in ids)
            {
                var measures = new Dictionary<string, long>();
                using (var rows = connection.Statement("SELECT measure, sum(value), max(value) FROM analytics_rollups WHERE event_id = ?1 AND step = ?2 GROUP BY measure").Bind(1, id.Value).Bind(2, (long)AnalyticsStep.Hour))
                    while (rows.Step())
                        measures.Add(rows.Text(0), rows.Int64(Measures.IsHighest(rows.Text(0)) ? 2 : 1));
                if (measures.Count > 0)
                    found.Add(id, new EventTotals(measures, Authors(connection, id)?.Count ?? 0));
            }
            return (IReadOnlyDictionary<EventId, EventTotals>)found;
        }, ct);

    public async ValueTask<IReadOnlyList<Measured>> SeriesAsync(EventId id, AnalyticsStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        await database.ReadAsync(connection =>
        {
            using var rows = connection.Statement("""
                SELECT at, measure, value FROM analytics_rollups WHERE event_id = ?1 AND step = ?2 AND at >= ?3 AND at < ?4 AND instr(measure, '/') = 0 ORDER BY at, measure
                """).Bind(1, id.Value).Bind(2, (long)step).Bind(3, Seconds(from)).Bind(4, Seconds(to));
            var series = new List<Measured>();
            while (rows.Step())
                series.Add(new Measured(DateTimeOffset.FromUnixTimeSeconds(rows.Int64(0)), rows.Text(1), rows.Int64(2)));
            return series;
        }, ct);

    public async ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            using (var rows = connection.Statement("""
                DELETE FROM analytics_rollups WHERE (event_id, step, at, measure) IN (SELECT event_id, step, at, measure FROM analytics_rollups WHERE event_id = ?1 LIMIT ?2)
                """).Bind(1, id.Value).Bind(2, Deleted))
                if (rows.Run() > 0)
                    return false;
            DeleteAuthors(connection, id);
            return true;
        }, ct);

    public async ValueTask<bool> ForgetAsync(DateTimeOffset before, DateTimeOffset secondsBefore, CancellationToken ct)
    {
        var after = _hand;
        if (after is null)
        {
            var old = Seconds(time.GetUtcNow() - Batches);
            if (await database.WriteAsync(connection => DeleteBatches(connection, old), ct) > 0)
                return false;
        }
        var next = await database.ReadAsync(connection => Next(connection, after), ct);
        if (next is not { } id)
        {
            _hand = null;
            return true;
        }
        var deleted = await database.WriteAsync(connection =>
        {
            var rows = Delete(connection, id, AnalyticsStep.Second, secondsBefore) + Delete(connection, id, AnalyticsStep.Minute, before) + Delete(connection, id, AnalyticsStep.Hour, before);
            if (!Has(connection, id))
                DeleteAuthors(connection, id);
            return rows;
        }, ct);
        if (deleted == 0)
            _hand = id;
        return false;
    }

    private static long Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds();

    private static void Add(SqliteConnection connection, RollupCell cell, long value)
    {
        using var put = connection.Statement(Measures.IsHighest(cell.Measure)
            ? "INSERT INTO analytics_rollups(event_id, step, at, measure, value) VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET value = excluded.value WHERE excluded.value > value"
            : "INSERT INTO analytics_rollups(event_id, step, at, measure, value) VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET value = value + excluded.value")
            .Bind(1, cell.Event.Value).Bind(2, (long)cell.Step).Bind(3, cell.At).Bind(4, cell.Measure).Bind(5, value);
        put.Run();
    }

    private static void Add(SqliteConnection connection, EventId id, UniqueSketch sketch)
    {
        var all = Authors(connection, id) ?? new UniqueSketch();
        if (!all.Merge(sketch))
            return;
        using var put = connection.Statement("REPLACE INTO analytics_authors(event_id, sketch) VALUES(?1, ?2)").Bind(1, id.Value).Bind(2, all.ToBytes());
        put.Run();
    }

    private static UniqueSketch? Authors(SqliteConnection connection, EventId id)
    {
        using var row = connection.Statement("SELECT sketch FROM analytics_authors WHERE event_id = ?1").Bind(1, id.Value);
        return row.Step() ? new UniqueSketch(row.Blob(0)) : null;
    }

    private static void DeleteAuthors(SqliteConnection connection, EventId id)
    {
        using var delete = connection.Statement("DELETE FROM analytics_authors WHERE event_id = ?1").Bind(1, id.Value);
        delete.Run();
    }

    private static void Forget(SqliteConnection connection, Guid batch)
    {
        using var delete = connection.Statement("DELETE FROM analytics_batches WHERE batch_id = ?1").Bind(1, batch);
        delete.Run();
    }

    private static int DeleteBatches(SqliteConnection connection, long before)
    {
        using var delete = connection.Statement("DELETE FROM analytics_batches WHERE batch_id IN (SELECT batch_id FROM analytics_batches WHERE at < ?1 LIMIT ?2)").Bind(1, before).Bind(2, Deleted);
        return delete.Run();
    }

    private static EventId? Next(SqliteConnection connection, EventId? after)
    {
        using var row = connection.Statement("SELECT min(event_id) FROM analytics_rollups WHERE event_id > ?1").Bind(1, after?.Value ?? Guid.Empty);
        return row.Step() && !row.IsNull(0) ? new EventId(row.Id(0)) : null;
    }

    private static bool Has(SqliteConnection connection, EventId id)
    {
        using var row = connection.Statement("SELECT 1 FROM analytics_rollups WHERE event_id = ?1 LIMIT 1").Bind(1, id.Value);
        return row.Step();
    }

    private static int Delete(SqliteConnection connection, EventId id, AnalyticsStep step, DateTimeOffset before)
    {
        using var delete = connection.Statement("""
            DELETE FROM analytics_rollups WHERE (event_id, step, at, measure) IN (
                SELECT event_id, step, at, measure FROM analytics_rollups WHERE event_id = ?1 AND step = ?2 AND at < ?3 LIMIT ?4)
            """).Bind(1, id.Value).Bind(2, (long)step).Bind(3, Seconds(before) - (long)step + 1).Bind(4, Deleted);
        return delete.Run();
    }
}
