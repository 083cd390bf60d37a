using System.Globalization;
using LiveComments.Analytics;

namespace LiveComments.ClickHouse;

/// <summary>
/// What happened in events, row by row and added up, in ClickHouse. It has no transactions, so a follower's position stays in the store of the log and moves after its rows were added; rows that
/// come again until then count once, because what is added up of a log are sets of seqs.
/// </summary>
internal sealed class ClickHouseAnalyticsStore(ClickHouseDatabase database, IFollowerStore followers, TimeProvider time) : IAnalyticsStore
{
    private const string Input = "comment_events_in", Rows = "comment_events", Seconds = "comment_seconds", Minutes = "comment_minutes", Hours = "comment_hours", Authors = "comment_authors", Batches = "batches";

    /// <summary>Inserts whose tokens are known, for each table: some minutes of a hundred nodes. What comes later is known by <see cref="Batches"/>.</summary>
    private const string Tokens = "SETTINGS non_replicated_deduplication_window = 10000";

    /// <summary>Positions that are asked for or kept at once. A store of the log has few connections.</summary>
    private const int AtOnce = 8;

    /// <summary>How long the ids of batches are known.</summary>
    private static readonly TimeSpan BatchesFor = TimeSpan.FromDays(7);

    /// <summary>
    /// Rows come in by a table that keeps nothing, and views bring them to the others: the hash of who wrote, which is in the input, goes into a sketch only. What is added up of entries of a
    /// log is a bitmap of their seqs, of each epoch its own; other rows, whose epoch is 0, are summed.
    /// </summary>
    public static IReadOnlyList<string> Schema { get; } =
    [
        $"""
        CREATE TABLE IF NOT EXISTS {Input} (
            row_id UInt64, event_id UUID, comment_id UUID, event_timestamp DateTime64(3, 'UTC'), action_type LowCardinality(String), counted LowCardinality(String), part LowCardinality(String),
            epoch Int64, seq UInt64, author UInt64, content_length UInt32, reason LowCardinality(String), client_platform LowCardinality(String), geo_country LowCardinality(String),
            geo_region LowCardinality(String), processing_latency_ms UInt32, count Int64) ENGINE = Null
        """,
        // The same row again has the same key, and goes when parts are merged.
        $"""
        CREATE TABLE IF NOT EXISTS {Rows} (
            event_id UUID, comment_id UUID, event_timestamp DateTime64(3, 'UTC'), action_type LowCardinality(String), content_length UInt32, reason LowCardinality(String),
            client_platform LowCardinality(String), geo_country LowCardinality(String), geo_region LowCardinality(String), processing_latency_ms UInt32, count Int64, row_id UInt64)
        ENGINE = ReplacingMergeTree PARTITION BY toDate(event_timestamp) ORDER BY (event_id, event_timestamp, action_type, comment_id, row_id) {Tokens}
        """,
        $"""
        CREATE MATERIALIZED VIEW IF NOT EXISTS {Rows}_view TO {Rows} AS
        SELECT event_id, comment_id, event_timestamp, action_type, content_length, reason, client_platform, geo_country, geo_region, processing_latency_ms, count, row_id FROM {Input}
        """,
        Counts(Seconds), CountsView(Seconds, AnalyticsStep.Second, "counted"),
        Counts(Minutes), CountsView(Minutes, AnalyticsStep.Minute, "counted"),
        Counts(Hours), CountsView(Hours, AnalyticsStep.Hour, $"arrayJoin([counted, part, {Place("geo_country", Measures.Country)}, {Place("geo_region", Measures.Region)}])"),
        $"""
        CREATE TABLE IF NOT EXISTS {Authors} (event_id UUID, at DateTime('UTC'), authors AggregateFunction(uniqCombined64(12), UInt64))
        ENGINE = AggregatingMergeTree PARTITION BY toMonday(at) ORDER BY (event_id, at) {Tokens}
        """,
        $"""
        CREATE MATERIALIZED VIEW IF NOT EXISTS {Authors}_view TO {Authors} AS
        SELECT event_id, {Begin(AnalyticsStep.Hour)} AS at, uniqCombined64State(12)(author) AS authors FROM {Input} WHERE author != 0 GROUP BY event_id, at
        """,
        $"CREATE TABLE IF NOT EXISTS {Batches} (batch_id UUID, at DateTime('UTC')) ENGINE = MergeTree PARTITION BY toMonday(at) ORDER BY batch_id",
    ];

    /// <summary>The tables from which ClickHouse itself deletes what is too old, and their columns with the time.</summary>
    public static IReadOnlyList<(string Table, string At)> Kept { get; } = [(Rows, "event_timestamp"), (Seconds, "at"), (Minutes, "at"), (Hours, "at"), (Authors, "at")];

    public string Follower => "clickhouse";

    public async ValueTask<bool> AddAsync(AnalyticsBatch batch, CancellationToken ct)
    {
        var isMoved = 0;
        await Parallel.ForEachAsync(batch.Spans, Side(ct), async (span, call) =>
        {
            if (await followers.FindAsync(Follower, span.Event, call) != span.From)
                Volatile.Write(ref isMoved, 1);
        });
        if (isMoved != 0)
            return false;
        if (batch.Spans.Count == 0 && (await database.AskAsync($"SELECT count() FROM {Batches} WHERE batch_id = {{id:UUID}}", row => row.GetFieldValue<ulong>(0), isAwaited: false, ct, ("id", batch.Id)))[0] > 0)
            return true;
        if (batch.Rows.Count > 0)
            await database.InsertAsync(Input, RowBinary.Columns, RowBinary.Write(batch), batch.Id.ToString(), ct);
        if (batch.Spans.Count == 0)
            await database.ChangeAsync($"INSERT INTO {Batches} SELECT {{id:UUID}}, {{at:DateTime('UTC')}}", ct, ("id", batch.Id), ("at", Time(time.GetUtcNow())));
        await Parallel.ForEachAsync(batch.Spans, Side(ct), async (span, call) => await followers.KeepAsync(Follower, span.Event, span.To, call));
        return true;
    }

    public async ValueTask<IReadOnlyDictionary<EventId, EventTotals>> TotalsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
            return new Dictionary<EventId, EventTotals>();
        var wanted = ids.Select(id => id.Value).ToArray();
        var counts = await database.AskAsync($$"""
            SELECT event_id, measure, sum(value), max(most), sum(toInt64(round(ifNotFinite(mean, 0) * value))) FROM (
                SELECT event_id, measure, epoch, {{Value}} AS value, max(highest) AS most, avgMerge(text_length) AS mean FROM {{Hours}}
                WHERE event_id IN {ids:Array(UUID)} GROUP BY event_id, measure, epoch)
            GROUP BY event_id, measure
            """, row => (Event: new EventId(row.GetGuid(0)), Measure: row.GetString(1), Sum: row.GetInt64(2), Most: row.GetInt64(3), Characters: row.GetInt64(4)), isAwaited: true, ct, ("ids", wanted));
        var authors = await database.AskAsync(
            $"SELECT event_id, toInt64(uniqCombined64Merge(12)(authors)) FROM {Authors} WHERE event_id IN {{ids:Array(UUID)}} GROUP BY event_id",
            row => (Event: new EventId(row.GetGuid(0)), Count: row.GetInt64(1)), isAwaited: true, ct, ("ids", wanted));
        var people = authors.ToDictionary(one => one.Event, one => one.Count);
        var found = new Dictionary<EventId, EventTotals>();
        foreach (var rows in counts.GroupBy(row => row.Event))
        {
            var measures = rows.ToDictionary(row => row.Measure, row => Measures.IsHighest(row.Measure) ? row.Most : row.Sum);
            if (rows.Where(row => Measures.HasText(row.Measure)).Sum(row => row.Characters) is not 0 and var characters)
                measures.Add(Measures.Characters, characters);
            found.Add(rows.Key, new EventTotals(measures, people.GetValueOrDefault(rows.Key)));
        }
        return found;
    }

    public async ValueTask<IReadOnlyList<Measured>> SeriesAsync(EventId id, AnalyticsStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var table = step switch { AnalyticsStep.Second => Seconds, AnalyticsStep.Minute => Minutes, _ => Hours };
        return await database.AskAsync($$"""
            SELECT toInt64(toUnixTimestamp(at)), measure, sum(value), max(most) FROM (
                SELECT at, measure, epoch, {{Value}} AS value, max(highest) AS most FROM {{table}}
                WHERE event_id = {id:UUID} AND at >= {from:DateTime('UTC')} AND at < {to:DateTime('UTC')} AND position(measure, '/') = 0 GROUP BY at, measure, epoch)
            GROUP BY at, measure ORDER BY at, measure
            """, row => new Measured(DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(0)), row.GetString(1), row.GetInt64(Measures.IsHighest(row.GetString(1)) ? 3 : 2)), isAwaited: true, ct,
            ("id", id.Value), ("from", Time(Ceiling(from))), ("to", Time(Ceiling(to))));
    }

    public async ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct)
    {
        foreach (var (table, _) in Kept)
            // Each deletion goes through all parts of a table, so only where there is something.
            if ((await database.AskAsync($"SELECT 1 FROM {table} WHERE event_id = {{id:UUID}} LIMIT 1", _ => true, isAwaited: false, ct, ("id", id.Value))).Count > 0)
                await database.ChangeAsync($"DELETE FROM {table} WHERE event_id = '{id.Value}'", ct);
        return true;
    }

    public async ValueTask<bool> ForgetAsync(DateTimeOffset before, DateTimeOffset secondsBefore, CancellationToken ct)
    {
        // Rows and ids of batches by the partition: a day, or a week, late.
        await DropAsync(Rows, "toDate(event_timestamp)", 1, before, ct);
        await DropAsync(Batches, "toMonday(at)", 7, time.GetUtcNow() - BatchesFor, ct);
        await ForgetAsync(Seconds, AnalyticsStep.Second, secondsBefore, ct);
        await ForgetAsync(Minutes, AnalyticsStep.Minute, before, ct);
        await ForgetAsync(Hours, AnalyticsStep.Hour, before, ct);
        await ForgetAsync(Authors, AnalyticsStep.Hour, before, ct);
        return true;
    }

    private static string Counts(string table) => $"""
        CREATE TABLE IF NOT EXISTS {table} (
            event_id UUID, at DateTime('UTC'), measure LowCardinality(String), epoch Int64, entries AggregateFunction(groupBitmap, UInt64), amount SimpleAggregateFunction(sum, Int64),
            highest SimpleAggregateFunction(max, Int64), text_length AggregateFunction(avg, UInt32))
        ENGINE = AggregatingMergeTree PARTITION BY toMonday(at) ORDER BY (event_id, at, measure, epoch) {Tokens}
        """;

    private static string CountsView(string table, AnalyticsStep step, string measure) => $"""
        CREATE MATERIALIZED VIEW IF NOT EXISTS {table}_view TO {table} AS
        SELECT event_id, at, measure, epoch, groupBitmapState(seq) AS entries, sum(if(epoch = 0, count, 0)) AS amount, max(count) AS highest, avgState(content_length) AS text_length
        FROM (SELECT event_id, {Begin(step)} AS at, {measure} AS measure, epoch, seq, count, content_length FROM {Input})
        WHERE measure != '' GROUP BY event_id, at, measure, epoch
        """;

    /// <summary>From where comments that were placed were written: what was refused or held counts nowhere.</summary>
    private static string Place(string column, string prefix) => $"if(action_type = '{nameof(AnalyticsAction.Answered).ToLowerInvariant()}' AND {column} != '', concat('{prefix}', {column}), '')";

    /// <summary>What was counted of one measure in one epoch.</summary>
    private const string Value = "if(epoch = 0, sum(amount), toInt64(groupBitmapMerge(entries)))";

    private static string Begin(AnalyticsStep step) => string.Create(CultureInfo.InvariantCulture, $"toStartOfInterval(toDateTime(event_timestamp, 'UTC'), toIntervalSecond({(int)step}))");

    private static ParallelOptions Side(CancellationToken ct) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };

    /// <summary>Intervals begin with whole seconds, so those that begin at a time or later begin at the next whole second or later.</summary>
    private static DateTimeOffset Ceiling(DateTimeOffset at) => at.Ticks % TimeSpan.TicksPerSecond == 0 ? at : at.AddTicks(TimeSpan.TicksPerSecond - at.Ticks % TimeSpan.TicksPerSecond);

    private static DateTime Time(DateTimeOffset at) => at.UtcDateTime;

    /// <summary>Deletes intervals that end before a time: whole weeks at once, the rest of a week row by row.</summary>
    private async ValueTask ForgetAsync(string table, AnalyticsStep step, DateTimeOffset before, CancellationToken ct)
    {
        await DropAsync(table, "toMonday(at)", 7, before, ct);
        var old = string.Create(CultureInfo.InvariantCulture, $"at < toDateTime({before.ToUnixTimeSeconds() - (int)step + 1}, 'UTC')");
        if ((await database.AskAsync($"SELECT 1 FROM {table} WHERE {old} LIMIT 1", _ => true, isAwaited: false, ct)).Count > 0)
            await database.ChangeAsync($"DELETE FROM {table} WHERE {old}", ct);
    }

    /// <summary>Deletes the partitions that end before a time.</summary>
    /// <param name="day">The first day of a row's partition.</param>
    private async ValueTask DropAsync(string table, string day, int days, DateTimeOffset before, CancellationToken ct)
    {
        var last = before.UtcDateTime.Date.AddDays(-days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (var old in await database.AskAsync($"SELECT DISTINCT toString({day}) FROM {table} WHERE {day} <= toDate('{last}')", row => row.GetString(0), isAwaited: false, ct))
            await database.ChangeAsync($"ALTER TABLE {table} DROP PARTITION '{old}'", ct);
    }
}
