using System.Diagnostics.Metrics;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Server.Telemetry;
using LiveComments.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Feeds;

/// <summary>The real feed of one event with its senders, on a log in memory.</summary>
internal sealed class FeedUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private Exception? _fault;

    public FeedUnderTest(MemoryLog log, FeedOptions options, TimeProvider? time = null)
    {
        Log = log;
        FanOut = new FanOut(log, Options.Create(options), new FeedMetrics(_services.GetRequiredService<IMeterFactory>()), time ?? TimeProvider.System, NullLogger<FanOut>.Instance, e => _fault = e);
        Feed = new RoomFeed(FanOut, MemoryLog.Id, log.ReadLatestAsync(MemoryLog.Id, long.MaxValue, 5, default).GetAwaiter().GetResult()!, log.Pinned, staged: log.Staged);
    }

    public MemoryLog Log { get; }

    public FanOut FanOut { get; }

    public RoomFeed Feed { get; }

    public TestConnection Open(long cursor, bool sampled = false, Framing framing = Framing.WebSocket)
    {
        Feed.Audience.TryEnter();
        var connection = new TestConnection(FanOut, Feed, framing, cursor, sampled);
        connection.Open();
        connection.Attach();
        return connection;
    }

    public void Leave(TestConnection connection)
    {
        connection.Detach();
        Feed.Audience.Leave();
    }

    public void Announce(params IReadOnlyList<Entry> entries) => Feed.Announce(Log.Epoch, entries);

    /// <summary>Waits until something is so.</summary>
    public async Task UntilAsync(Func<bool> condition, string what, TimeSpan? patience = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.Null(_fault);
            if (TimeProvider.System.GetElapsedTime(started) > (patience ?? Patience))
                throw new TimeoutException($"It never came to this: {what}.");
            await Task.Delay(1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await FanOut.DisposeAsync();
        await _services.DisposeAsync();
        Assert.Null(_fault);
    }
}
