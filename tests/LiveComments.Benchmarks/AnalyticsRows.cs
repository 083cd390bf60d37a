using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using LiveComments.Accounts;
using LiveComments.Akka;
using LiveComments.Analytics;
using LiveComments.ClickHouse;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Retention;
using LiveComments.Server.Statistics;
using LiveComments.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Benchmarks;

/// <summary>
/// What counting costs: for each comment of a log, for each row that a node sees, and what the questions of the page cost when ten million rows were counted. In SQLite or, where its address is given,
/// in ClickHouse, whose own processor time is not in the figures: they are of this process.
/// </summary>
internal static class AnalyticsRows
{
    private const int RowsAtOnce = 10_000;

    /// <summary>What the page asks for: a minute of seconds, an event in the most intervals, the totals.</summary>
    private const int Questions = 20;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!int.TryParse(arguments is [var given, ..] ? given : "10000000", CultureInfo.InvariantCulture, out var rows) || arguments.Length > 2)
        {
            Console.Error.WriteLine("analytics [ROWS [ADDRESS OF CLICKHOUSE]]");
            return 2;
        }
        var folder = Directory.CreateTempSubdirectory("livecomments-").FullName;
        try
        {
            await using var database = SqliteDatabase.Open(new SqliteOptions { Path = Path.Combine(folder, "livecomments.db"), Timeout = TimeSpan.FromMinutes(1) }, NullLogger.Instance);
            await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
            using var clickHouse = arguments is [_, var url] ? Database(url, services) : null;
            IAnalyticsStore store = clickHouse is null
                ? new SqliteAnalyticsStore(database, TimeProvider.System)
                : new ClickHouseAnalyticsStore(clickHouse, new SqliteFollowerStore(database), TimeProvider.System);
            // What is compiled the first time does not count.
            await FollowAsync(database, store, 50_000);
            Console.WriteLine("| | each second | us of CPU each |\n|---|---|---|");
            await FollowAsync(database, store, 300_000);
            await AddAsync(store, rows);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A database that is there for this run only as far as its name says: whoever gives the address clears up.</summary>
    private static ClickHouseDatabase Database(string url, IServiceProvider services) => new(
        Options.Create(new ClickHouseOptions { Url = url, Database = $"benchmark_{Environment.ProcessId}", Timeout = TimeSpan.FromSeconds(30) }), Options.Create(new RetentionOptions()),
        new ClickHouseMetrics(services.GetRequiredService<IMeterFactory>()), TimeProvider.System);

    /// <summary>Comments of a thousand people in one log, which are there before it is followed.</summary>
    private static async Task FollowAsync(SqliteDatabase database, IAnalyticsStore store, int comments)
    {
        var log = new SqliteEventLog(database, TimeProvider.System);
        var id = EventId.New(TimeProvider.System);
        await log.AppendAsync(id, [new StatusDraft(EventStatus.Live)], default);
        var people = Enumerable.Range(0, 1_000).Select(i => new Author(UserId.New(TimeProvider.System), $"person{i}", $"Person {i}", null, Role.Viewer)).ToList();
        await MeasureAsync($"{comments:#,0} comments stored, for comparison", comments, async () =>
        {
            foreach (var some in Enumerable.Range(0, comments).Chunk(1_000))
                await log.AppendAsync(id, [.. some.Select(i => new CommentDraft(CommentId.New(TimeProvider.System), people[i % people.Count], $"A comment of the usual length, number {i}", null, [], new ClientProgram("web", "1"), null))], default);
        });
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var follower = new AnalyticsFollower(store, new SqliteFollowerStore(database), new SqliteEntryOutlines(database), new SqliteReactionStore(database, TimeProvider.System),
            new EventDirectory(new SqliteEventCatalog(database), new SqliteParticipants(database), TimeProvider.System), new Alone(), new AnalyticsMetrics(services.GetRequiredService<IMeterFactory>()), TimeProvider.System,
            NullLogger<AnalyticsFollower>.Instance);
        await MeasureAsync($"{comments:#,0} comments of a log", comments, () => follower.FollowAsync(default));
        if ((await store.TotalsAsync([id], default))[id].Placed != comments)
            throw new InvalidOperationException("Not all comments were counted.");
    }

    /// <summary>Rows of one event of three hours, as its nodes see them.</summary>
    private static async Task AddAsync(IAnalyticsStore store, int rows)
    {
        var id = EventId.New(TimeProvider.System);
        var start = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 3_600 * 3_600);
        var span = TimeSpan.FromHours(3);
        await MeasureAsync("rows of a node", rows, async () =>
        {
            for (var first = 0; first < rows; first += RowsAtOnce)
                await store.AddAsync(new AnalyticsBatch(Guid.NewGuid(), [.. Enumerable.Range(first, Math.Min(RowsAtOnce, rows - first)).Select(i =>
                    new AnalyticsRow(id, start + span * i / rows, i % 20 == 0 ? AnalyticsAction.Refused : AnalyticsAction.Answered) { Reason = i % 20 == 0 ? "rate-limited" : null, LatencyMs = i % 50 })], []), default);
        });
        Console.WriteLine("\n| question, after these rows | ms |\n|---|---|");
        await AskAsync("totals of the event", () => store.TotalsAsync([id], default).AsTask());
        await AskAsync($"{StatisticsQuery.MaxIntervals} seconds of it", () => store.SeriesAsync(id, AnalyticsStep.Second, start, start.AddSeconds(StatisticsQuery.MaxIntervals), default).AsTask());
        await AskAsync("its minutes", () => store.SeriesAsync(id, AnalyticsStep.Minute, start, start + span, default).AsTask());
    }

    private static async Task MeasureAsync(string what, int count, Func<Task> work)
    {
        GC.Collect();
        var (clock, used) = (Stopwatch.StartNew(), Used());
        await work();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {count / clock.Elapsed.TotalSeconds:#,0} | {(Used() - used).TotalMicroseconds / count:F2} |"));
    }

    private static async Task AskAsync(string what, Func<Task> ask)
    {
        await ask();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Questions; i++)
            await ask();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {clock.Elapsed.TotalMilliseconds / Questions:F2} |"));
    }

    private static TimeSpan Used() => Process.GetCurrentProcess().TotalProcessorTime;
}
