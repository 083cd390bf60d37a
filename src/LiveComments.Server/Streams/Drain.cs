using LiveComments.Feeds;
using LiveComments.Server.Health;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Streams;

/// <summary>
/// Stops without failing anybody: first tells balancers, then, after a pause if they need one, viewers, each with a random time to come back. Requests under way are answered.
/// </summary>
internal sealed partial class Drain(EventFeeds feeds, Readiness readiness, IOptions<StreamOptions> options, TimeProvider time, ILogger<Drain> log) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken ct)
    {
        readiness.Leave();
        feeds.TakesViewers = false;
        if (options.Value.DrainAfter > TimeSpan.Zero)
        {
            LogLeaving(log, options.Value.DrainAfter);
            await Task.Delay(options.Value.DrainAfter, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        readiness.Drain();
        var connections = feeds.FanOut.Connections;
        if (connections.Count == 0)
            return;
        LogDraining(log, connections.Count);
        var deadline = time.GetUtcNow() + options.Value.DrainWithin;
        while (connections.Count > 0 && time.GetUtcNow() < deadline && !ct.IsCancellationRequested)
        {
            // Repeated, because somebody may still be joining.
            foreach (var connection in connections.All)
                connection.SendAway(options.Value.ReconnectSpread);
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, CancellationToken.None);
        }
        foreach (var connection in connections.All)
            connection.Abort();
    }

    public Task StartingAsync(CancellationToken ct) => Task.CompletedTask;

    public Task StartAsync(CancellationToken ct) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken ct) => Task.CompletedTask;

    public Task StopAsync(CancellationToken ct) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken ct) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: reported as not ready; serving continues for {DrainAfter}")]
    private static partial void LogLeaving(ILogger log, TimeSpan drainAfter);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: {Connections} streams are told to come back elsewhere")]
    private static partial void LogDraining(ILogger log, int connections);
}
