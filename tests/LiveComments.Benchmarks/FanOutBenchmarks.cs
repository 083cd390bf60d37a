using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Sqlite;
using LiveComments.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Benchmarks;

/// <summary>From the announcement of one comment until 1,000 cursors have moved over it, without sockets: what a delivery costs beside its system call.</summary>
public class FanOutBenchmarks
{
    private const int Viewers = 1_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("livecomments-bench-").FullName;
    private readonly CountdownEvent _delivered = new(1);
    private SqliteDatabase _database = null!;
    private FanOut _fanOut = null!;
    private RoomFeed _feed = null!;
    private long _seq;

    [GlobalSetup]
    public void Setup()
    {
        _database = SqliteDatabase.Open(new SqliteOptions { Path = Path.Combine(_folder, "bench.db") }, NullLogger.Instance);
        var metrics = new FeedMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
        // No tick: every announcement is shown at once, so that the figure is the work and not the waiting.
        var options = new FeedOptions { Senders = 1, Tick = TimeSpan.Zero };
        _fanOut = new FanOut(new SqliteEventLog(_database, TimeProvider.System), Options.Create(options), metrics, TimeProvider.System, NullLogger<FanOut>.Instance, e => throw e);
        _feed = new RoomFeed(_fanOut, EventId.New(TimeProvider.System), new LogPage([], new Position(1, 0)));
        for (var i = 0; i < Viewers; i++)
        {
            var viewer = new Sink(_fanOut, _feed, _delivered);
            viewer.Open();
            viewer.Attach();
        }
        Thread.Sleep(500);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _fanOut.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _database.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Viewers)]
    public void OneCommentToEverybody()
    {
        _delivered.Reset(Viewers);
        _feed.Announce(1, [Sample.Entry(++_seq)]);
        _delivered.Wait();
    }

    private sealed class Sink(FanOut fanOut, RoomFeed feed, CountdownEvent delivered) : Connection(fanOut, feed, Framing.WebSocket, 0, sampled: false)
    {
        public override bool AnswersPings => false;

        protected override ReadOnlySpan<byte> PingFrame => [];

        protected override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            delivered.Signal();
            return default;
        }

        protected override void End()
        {
        }

        protected override void Cut()
        {
        }

        protected override byte[] CloseFrame(ushort code, string reason) => [];
    }
}
