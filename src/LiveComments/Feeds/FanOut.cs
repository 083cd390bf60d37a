using System.Collections.Concurrent;
using LiveComments.Clocks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Feeds;

/// <summary>What all feeds of this node share: senders, connections, and the periodic work for counts and keep-alives.</summary>
internal sealed partial class FanOut : IAsyncDisposable
{
    private const int BeatsASecond = 10;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1) / BeatsASecond;

    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<RoomFeed, byte> _changed = new();
    private readonly ConcurrentDictionary<Task, byte> _owned = new();
    private long _number;

    /// <param name="onFault">Called when a thread of this node fails: the process must stop.</param>
    public FanOut(IEventLog log, IOptions<FeedOptions> options, FeedMetrics metrics, TimeProvider time, ILogger<FanOut> logger, Action<Exception> onFault)
    {
        _log = logger;
        Log = log;
        Options = options.Value;
        Metrics = metrics;
        Time = time;
        Senders = [.. Enumerable.Range(0, Options.Senders).Select(number => new Sender(number, time, onFault))];
        foreach (var sender in Senders)
            sender.Start();
        Senders[0].Schedule(new Clockwork(this));
    }

    public IEventLog Log { get; }

    /// <summary>Null where nodes share no memory.</summary>
    public HotReads? Hot { get; init; }

    public FeedOptions Options { get; }

    public FeedMetrics Metrics { get; }

    public TimeProvider Time { get; }

    public IReadOnlyList<Sender> Senders { get; }

    public Connections Connections { get; } = new(BeatsASecond);

    public CancellationToken Stopping => _stopping.Token;

    public long NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>A feed has counts to show when their time comes.</summary>
    public void CountsChanged(RoomFeed feed) => _changed.TryAdd(feed, 0);

    /// <summary>Keeps a task that nobody awaits: its failure is logged, and stopping waits for it.</summary>
    public void Own(Task task)
    {
        if (task.IsCompletedSuccessfully)
            return;
        _owned.TryAdd(task, 0);
        task.ContinueWith(static (done, fanOut) => ((FanOut)fanOut!).Finished(done), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var connection in Connections.All)
            connection.Abort();
        await Task.WhenAll(_owned.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var sender in Senders)
            sender.Stop();
        _stopping.Dispose();
    }

    private void Finished(Task task)
    {
        _owned.TryRemove(task, out _);
        if (task.Exception is { } failure)
            LogTaskFailed(_log, failure.GetBaseException());
    }

    private void SealChanged(long now)
    {
        foreach (var (feed, _) in _changed)
        {
            // Removed first: a change during the work adds it again.
            _changed.TryRemove(feed, out _);
            if (feed.SealCounts(now))
                CountsChanged(feed);
        }
    }

    /// <summary>Every connection is checked once a second, a part of them at each beat, so that pings do not come in waves.</summary>
    private void WatchSome(long beat, long now)
    {
        var pingRounds = Math.Max(1, (long)Options.PingEvery.TotalSeconds);
        foreach (var (number, connection) in Connections.Part(beat))
            connection.Watch(now, ping: (beat / BeatsASecond + number / BeatsASecond) % pingRounds == 0);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A delivery task failed")]
    private static partial void LogTaskFailed(ILogger log, Exception exception);

    /// <summary>Periodic work: counts, pings, slow viewers. It runs on a sender's thread, because a timer of the thread pool wakes three threads for each beat.</summary>
    private sealed class Clockwork(FanOut fanOut) : ISendWork
    {
        private long _beat;

        public void Run()
        {
            if (fanOut.Stopping.IsCancellationRequested)
                return;
            var now = fanOut.Time.GetTimestamp();
            fanOut.SealChanged(now);
            fanOut.WatchSome(_beat++, now);
            fanOut.Senders[0].Later(this, now + fanOut.Time.Ticks(Beat));
        }
    }
}
