using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using LiveComments.Accounts;
using LiveComments.Cassandra;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.PostgreSql;
using LiveComments.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Benchmarks;

/// <summary>What a log takes and gives in one of the stores: calls of the seam, without the rest of the program. Every comment has a key.</summary>
internal static class LogFigures
{
    private static readonly Author Ann = new(new UserId(Guid.NewGuid()), "ann", "Ann", null, Role.Viewer);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ["sqlite" or "postgresql" or "cassandra", var place, .. var rest] || !int.TryParse(rest is [var given] ? given : "5", CultureInfo.InvariantCulture, out var seconds))
        {
            Console.Error.WriteLine("log sqlite FILE [SECONDS]\nlog postgresql CONNECTION_STRING [SECONDS]   an empty database\nlog cassandra HOST:PORT [SECONDS]");
            return 2;
        }
        switch (arguments[0])
        {
            case "sqlite":
                await using (var database = SqliteDatabase.Open(new SqliteOptions { Path = place, Timeout = TimeSpan.FromMinutes(1) }, NullLogger.Instance))
                    await RunAsync(new SqliteEventLog(database, TimeProvider.System), seconds);
                break;
            case "postgresql":
                await using (var database = PostgreSqlDatabase.Open(new PostgreSqlOptions { ConnectionString = place, Timeout = TimeSpan.FromMinutes(1) }, NullLogger.Instance))
                    await RunAsync(new PostgreSqlEventLog(database, TimeProvider.System), seconds);
                break;
            default:
                var options = new CassandraOptions { ContactPoints = place, Keyspace = $"benchmark_{Guid.NewGuid():N}"[..40], Replication = "dc1:1", Timeout = TimeSpan.FromSeconds(60) };
                await using (var database = new CassandraDatabase(options, NullLogger.Instance, TimeProvider.System))
                    await RunAsync(new CassandraEventLog(database, TimeProvider.System), seconds);
                Console.WriteLine($"\nBytes of a comment: nodetool flush {options.Keyspace}; nodetool tablestats {options.Keyspace}");
                break;
        }
        return 0;
    }

    private static async Task RunAsync(IEventLog log, int seconds)
    {
        await log.HeadsAsync([], default);
        var time = TimeSpan.FromSeconds(seconds);
        Console.WriteLine("| | comments/s | p50 | p99 |\n|---|---|---|---|");
        foreach (var (what, events, callers, together) in ((string, int, int, int)[])
            [("one event, one caller, one comment at a time", 1, 1, 1), ("one event, 64 callers, one comment at a time", 1, 64, 1), ("one event, 2 callers with 512 comments at a time", 1, 2, 512),
                ("100 events, one caller each, one comment at a time", 100, 100, 1), ("100 events, one caller each, 8 comments at a time", 100, 100, 8)])
        {
            var ids = new List<EventId>();
            for (var i = 0; i < events; i++)
                ids.Add(await GoLiveAsync(log));
            // What is slow at first is not measured.
            await AppendAsync(log, ids, callers, together, time / 5);
            var (calls, clock) = (new ConcurrentBag<double>(), Stopwatch.StartNew());
            await AppendAsync(log, ids, callers, together, time, calls);
            Print(what, calls.Count * together / clock.Elapsed.TotalSeconds, calls);
            if (together == 512)
                await ReadAsync(log, ids[0], time);
        }
    }

    private static async Task<EventId> GoLiveAsync(IEventLog log)
    {
        var id = EventId.New(TimeProvider.System);
        await log.AppendAsync(id, [new StatusDraft(EventStatus.Live)], default);
        return id;
    }

    private static Task AppendAsync(IEventLog log, IReadOnlyList<EventId> ids, int callers, int together, TimeSpan time, ConcurrentBag<double>? calls = null) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < time;)
            {
                var started = Stopwatch.GetTimestamp();
                await log.AppendAsync(ids[caller % ids.Count], [.. Enumerable.Range(0, together).Select(number => new CommentDraft(
                    CommentId.New(TimeProvider.System), Ann, $"A comment of the usual length, number {number}", null, [], null, new IdempotencyKey(Guid.NewGuid().ToString("N"), 1)))], default);
                calls?.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }));

    private static async Task ReadAsync(IEventLog log, EventId id, TimeSpan time)
    {
        foreach (var (what, read) in ((string, Func<Task<LogPage?>>)[])
            [("the newest page of 50", async () => await log.ReadLatestAsync(id, long.MaxValue, 50, default)), ("500 entries after a position", async () => await log.ReadAsync(id, 1_000, 500, default))])
        {
            var (calls, entries) = (new ConcurrentBag<double>(), 0);
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < time;)
            {
                var started = Stopwatch.GetTimestamp();
                entries += (await read())!.Entries.Count;
                calls.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
            Print(what, entries / time.TotalSeconds, calls);
        }
    }

    private static void Print(string what, double rate, ConcurrentBag<double> calls)
    {
        var sorted = calls.Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {rate:#,0} | {sorted[sorted.Count / 2]:F1} ms | {sorted[sorted.Count * 99 / 100]:F1} ms |"));
    }
}
