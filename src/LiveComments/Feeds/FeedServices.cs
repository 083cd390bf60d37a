using LiveComments.Configuration;
using LiveComments.Events;
using LiveComments.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Feeds;

/// <summary>Registers the feeds of this node.</summary>
public static class FeedServices
{
    public static IServiceCollection AddFeeds(this IServiceCollection services)
    {
        services.AddSection<FeedOptions>("LiveComments:Feeds").ValidateDataAnnotations().ValidateOnStart()
            .Validate(options => System.Numerics.BitOperations.IsPow2(options.RingFrames), "RingFrames is a power of two.")
            .Validate(options => options.PingEvery > TimeSpan.Zero && options.SilentAfter > options.PingEvery, "SilentAfter is longer than PingEvery.");
        services.AddSingleton<ProcessFault>();
        services.AddSingleton<FeedMetrics>();
        services.AddSingleton(provider => new EventFeeds(
            provider.GetRequiredService<IEventLog>(), provider.GetRequiredService<EventDirectory>(), provider.GetRequiredService<IOptions<FeedOptions>>(), provider.GetRequiredService<FeedMetrics>(),
            provider.GetRequiredService<ProcessFault>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>(),
            provider.GetService<IHotEntries>() is { } hot ? new HotReads(hot, provider.GetRequiredService<IReactionStore>(), provider.GetRequiredService<FeedMetrics>()) : null,
            provider.GetRequiredService<IPollStore>(), provider.GetRequiredService<IReactionStore>()));
        return services;
    }
}
