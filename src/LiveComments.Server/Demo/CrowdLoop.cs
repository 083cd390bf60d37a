namespace LiveComments.Server.Demo;

/// <summary>Has a crowd chat in an event for as long as the demo runs and the event is live.</summary>
internal sealed class CrowdLoop(Crowd crowd, EventId id, TimeProvider time) : BackgroundService
{
    /// <summary>Often enough for who just came; a store that is busy may take that long.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
            try
            {
                await crowd.PlayAsync(id, TimeSpan.MaxValue, (pause, ct) => Task.Delay(pause, time, ct), stoppingToken);
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(AfterFailure, time, stoppingToken);
            }
    }
}
