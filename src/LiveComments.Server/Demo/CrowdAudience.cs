using LiveComments.Feeds;

namespace LiveComments.Server.Demo;

/// <summary>Counts the crowd among the viewers, as if it watched through another node: most of it, now more and now fewer.</summary>
internal sealed class CrowdAudience(EventFeeds feeds, TimeProvider time, int people, Random random, EventId id) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        var watching = people * 3 / 4;
        do
        {
            watching = Math.Clamp(watching + random.Next(-2, 3), people / 2, people);
            feeds.Elsewhere(id, watching);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
