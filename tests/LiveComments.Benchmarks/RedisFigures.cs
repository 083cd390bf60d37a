using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Presence;
using LiveComments.Redis;
using LiveComments.Sqlite;
using LiveComments.Telemetry;
using LiveComments.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Role = LiveComments.Accounts.Role;

namespace LiveComments.Benchmarks;

/// <summary>What Redis costs and saves: entries kept, newest pages, a storm of people who come back to a node that knows nothing, and who is here. It empties the Redis that it is given.</summary>
internal static class RedisFigures
{
    private const int Comments = 10_000, Batch = 10, Pages = 2_000, Tail = 256, Returning = 2_000, Sessions = 5_000, Streams = 100_000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var connection])
        {
            Console.Error.WriteLine("redis HOST:PORT");
            return 2;
        }
        var folder = Directory.CreateTempSubdirectory("livecomments-").FullName;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMetrics().AddLogging().AddSingleton<ProcessFault>();
        using var host = builder.Build();
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync($"{connection},allowAdmin=true");
        var redis = multiplexer.GetDatabase();
        await redis.ExecuteAsync("FLUSHALL");
        await using var database = SqliteDatabase.Open(new SqliteOptions { Path = Path.Combine(folder, "livecomments.db"), Timeout = TimeSpan.FromMinutes(1) }, NullLogger.Instance);
        var (log, reactions) = (new CountingLog(new SqliteEventLog(database, TimeProvider.System)), new SqliteReactionStore(database, TimeProvider.System));
        await using var client = new RedisClient(Options.Create(new RedisOptions { Connection = connection, Prefix = "figures", Timeout = TimeSpan.FromSeconds(2) }), new RedisMetrics(meters), TimeProvider.System, NullLogger<RedisClient>.Instance);
        var (keys, hotMetrics) = (new HotKeys(client), new HotMetrics(meters));
        using var writer = new HotWriter(client, keys, log, reactions, hotMetrics, host.Services.GetRequiredService<ProcessFault>(), TimeProvider.System);
        var hot = new RedisHotEntries(client, keys, writer, hotMetrics, TimeProvider.System);
        try
        {
            for (var connected = false; !connected; await Task.Delay(100))
                try
                {
                    await client.AskAsync(one => one.PingAsync());
                    connected = true;
                }
                catch (RedisAwayException)
                {
                    // It connects.
                }
            var id = EventId.New(TimeProvider.System);
            var placed = new List<AppendResult.Appended> { (AppendResult.Appended)(await log.AppendAsync(id, [new StatusDraft(EventStatus.Live)], default))[0] };
            var author = new Author(UserId.New(TimeProvider.System), "somebody", "Some Body", null, Role.Viewer);
            foreach (var some in Enumerable.Range(0, Comments).Chunk(1_000))
                placed.AddRange((await log.AppendAsync(id, [.. some.Select(i => new CommentDraft(CommentId.New(TimeProvider.System), author, $"A comment of the usual length, number {i}", null, [], new ClientProgram("web", "1"), null))], default)).Cast<AppendResult.Appended>());
            hot.Placed(id, placed[0].Epoch, [placed[0].Entry]);
            await writer.WriteAsync(default);
            // The beginning is a page of the store, which has them all; now one after the other, as they come.
            await hot.ForgetAllAsync(default);
            await redis.KeyDeleteAsync(keys.Of(id)[2]);
            await redis.HashSetAsync(keys.Of(id)[1], [new("e", placed[0].Epoch), new("l", 0), new("v", 0)]);

            var (used, server, clock) = (Used(), await UsedAsync(redis), Stopwatch.StartNew());
            foreach (var some in placed.Chunk(Batch))
            {
                hot.Placed(id, placed[0].Epoch, [.. some.Select(one => one.Entry)]);
                await writer.WriteAsync(default);
            }
            Say("a comment that is kept, ten at a time: µs of the node, µs of Redis", (Used() - used).TotalMicroseconds / placed.Count, (await UsedAsync(redis) - server).TotalMicroseconds / placed.Count);
            Say($"{Comments} comments of one event: KB of Redis", await MemoryAsync(redis, keys.Of(id)) / 1024);
            var head = new Position(placed[0].Epoch, placed.Count);
            foreach (var size in (int[])[50, Tail])
            {
                var (times, script) = (new double[Pages], await ScriptTimeAsync(redis));
                for (var i = -100; i < Pages; i++)
                {
                    clock.Restart();
                    if ((await hot.ReadAsync(id, head, head.Seq - size, size, default))?.Entries.Count != size)
                        throw new InvalidOperationException("Redis has not the newest page.");
                    if (i >= 0)
                        times[i] = clock.Elapsed.TotalMilliseconds;
                }
                Array.Sort(times);
                Say($"the newest page ({size} entries): ms, p50 and p99; ms of them in Redis", times[Pages / 2], times[Pages * 99 / 100], (await ScriptTimeAsync(redis) - script).TotalMilliseconds / (Pages + 100));
            }

            foreach (var shared in (IHotEntries?[])[null, hot])
            {
                await using var feeds = new EventFeeds(log, new EventDirectory(new SqliteEventCatalog(database), new SqliteParticipants(database), TimeProvider.System), Options.Create(new FeedOptions()), new FeedMetrics(meters),
                    host.Services.GetRequiredService<ProcessFault>(), TimeProvider.System, NullLoggerFactory.Instance, shared is null ? null : new HotReads(shared, reactions, new FeedMetrics(meters)));
                log.Reset();
                clock.Restart();
                var random = new Random(1);
                await Task.WhenAll(Enumerable.Range(0, Returning).Select(_ => random.Next(Comments)).Select(async cursor =>
                {
                    var feed = (await feeds.OpenAsync(id))!;
                    for (long at = cursor; at < feed.Head.Seq - Tail;)
                        at = (await feed.Pages.AfterAsync(at))!.To;
                }));
                Say($"{Returning} come back to a node that knows nothing, {(shared is null ? "without" : "with")} Redis: pages, heads, entries read from the store", log.Pages, log.Heads, log.Entries);
                Say("and after so many ms all had what they missed", clock.Elapsed.TotalMilliseconds);
            }

            var presence = new RedisPresence(client, new NodeLease(client), new LocalPresence(TimeProvider.System));
            var people = Enumerable.Range(0, Sessions).Select(_ => UserId.New(TimeProvider.System)).ToList();
            var before = await TotalMemoryAsync(redis);
            clock.Restart();
            if (!await presence.ReportAsync(new PresenceReport(true, new Dictionary<EventId, EventPresence> { [id] = new(Sessions, 0, []) }, people.ToDictionary(static user => user, static _ => PresenceState.Online), [.. people.Select(user => (id, user))]), default))
                throw new InvalidOperationException("Redis did not take the report.");
            Say($"{Sessions} people come within a second: ms until all nodes can know, bytes of Redis for each", clock.Elapsed.TotalMilliseconds, (await TotalMemoryAsync(redis) - before) / Sessions);
            await LookAsync(log, id, meters, host.Services.GetRequiredService<ProcessFault>());
            return 0;
        }
        finally
        {
            await redis.ExecuteAsync("FLUSHALL");
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What it costs to know who is here, with many streams of which few change.</summary>
    private static async Task LookAsync(IEventLog log, EventId id, IMeterFactory meters, ProcessFault fault)
    {
        await using var feeds = new EventFeeds(log, null!, Options.Create(new FeedOptions()), new FeedMetrics(meters), fault, TimeProvider.System, NullLoggerFactory.Instance);
        var feed = (await feeds.OpenAsync(id))!;
        var streams = new List<Sink>();
        for (var i = 0; i < Streams; i++)
        {
            var stream = new Sink(feeds.FanOut, feed);
            stream.Authenticate(new Caller(UserId.New(TimeProvider.System), null, Role.Viewer, null, null, DateTimeOffset.MaxValue));
            stream.Open();
            stream.Attach();
            streams.Add(stream);
        }
        while (streams.Any(static stream => !stream.IsAttached))
            await Task.Delay(100);
        using var watch = new PresenceWatch(feeds, new LocalPresence(TimeProvider.System), fault, TimeProvider.System);
        var used = Used();
        watch.Look();
        var whole = Used() - used;
        used = Used();
        for (var look = 0; look < 20; look++)
        {
            foreach (var stream in streams.Skip(look * 1_000).Take(1_000))
                stream.IsAway = true;
            watch.Look();
        }
        Say($"{Streams} streams: ms of CPU until all are counted, and for each look when 1,000 of them change", whole.TotalMilliseconds, (Used() - used).TotalMilliseconds / 20);
    }

    private static void Say(string what, params double[] figures) => Console.WriteLine($"| {what} | {string.Join(", ", figures.Select(figure => figure.ToString("#,0.##", CultureInfo.InvariantCulture)))} |");

    private static TimeSpan Used() => Process.GetCurrentProcess().TotalProcessorTime;

    private static async Task<TimeSpan> UsedAsync(IDatabase redis) => TimeSpan.FromSeconds((await InfoAsync(redis, "cpu", "used_cpu_user:")) + await InfoAsync(redis, "cpu", "used_cpu_sys:"));

    /// <summary>How long scripts have run in Redis.</summary>
    private static async Task<TimeSpan> ScriptTimeAsync(IDatabase redis)
    {
        var line = ((string)(await redis.ExecuteAsync("INFO", "commandstats"))!).Split('\n').Single(line => line.StartsWith("cmdstat_evalsha:", StringComparison.Ordinal));
        return TimeSpan.FromMicroseconds(double.Parse(line.Split("usec=")[1].Split(',')[0], CultureInfo.InvariantCulture));
    }

    private static Task<double> TotalMemoryAsync(IDatabase redis) => InfoAsync(redis, "memory", "used_memory:");

    private static async Task<double> InfoAsync(IDatabase redis, string section, string name) =>
        double.Parse(((string)(await redis.ExecuteAsync("INFO", section))!).Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim(), CultureInfo.InvariantCulture);

    private static async Task<double> MemoryAsync(IDatabase redis, RedisKey[] keys)
    {
        var sum = 0.0;
        foreach (var key in keys)
            if (await redis.KeyExistsAsync(key))
                sum += (double)await redis.ExecuteAsync("MEMORY", "USAGE", key, "SAMPLES", "0");
        return sum;
    }

    /// <summary>Counts what is read.</summary>
    private sealed class CountingLog(IEventLog inner) : IEventLog
    {
        private int _pages, _heads, _entries;

        public int Pages => _pages;

        public int Heads => _heads;

        public int Entries => _entries;

        public void Reset() => (_pages, _heads, _entries) = (0, 0, 0);

        public ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct) => inner.AppendAsync(id, drafts, ct);

        public async ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) => Count(await inner.ReadAsync(id, afterSeq, limit, ct));

        public async ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct) => Count(await inner.ReadLatestAsync(id, beforeSeq, limit, ct));

        public ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct)
        {
            Interlocked.Increment(ref _heads);
            return inner.HeadsAsync(ids, ct);
        }

        public ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => inner.DeleteAsync(id, ct);

        private LogPage? Count(LogPage? page)
        {
            Interlocked.Increment(ref _pages);
            Interlocked.Add(ref _entries, page?.Entries.Count ?? 0);
            return page;
        }
    }

    private sealed class Sink(FanOut fanOut, RoomFeed feed) : Connection(fanOut, feed, Framing.WebSocket, feed.Head.Seq, sampled: false)
    {
        public override bool AnswersPings => false;

        protected override ReadOnlySpan<byte> PingFrame => [];

        protected override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => default;

        protected override void End()
        {
        }

        protected override void Cut()
        {
        }

        protected override byte[] CloseFrame(ushort code, string reason) => [];
    }
}
