using LiveComments.Configuration;
using LiveComments.Events;
using LiveComments.Feeds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Rooms;

/// <summary>Registers rooms and feeds.</summary>
public static class RoomServices
{
    public static IServiceCollection AddRooms(this IServiceCollection services)
    {
        services.AddSection<RoomOptions>("LiveComments:Rooms").ValidateDataAnnotations().ValidateOnStart();
        services.AddSection<FeedOptions>("LiveComments:Feeds").ValidateDataAnnotations().ValidateOnStart()
            .Validate(options => System.Numerics.BitOperations.IsPow2(options.RingFrames), "RingFrames is a power of two.")
            .Validate(options => options.PingEvery > TimeSpan.Zero && options.SilentAfter > options.PingEvery, "SilentAfter is longer than PingEvery.");
        services.AddSingleton<FeedMetrics>();
        services.AddSingleton<RoomMetrics>();
        services.AddSingleton<FanOutFactory>(provider => onFault => new FanOut(
            provider.GetRequiredService<IEventLog>(), provider.GetRequiredService<IOptions<FeedOptions>>(), provider.GetRequiredService<FeedMetrics>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<FanOut>>(), onFault));
        services.AddSingleton(provider => new Rooms(
            provider.GetRequiredService<IEventLog>(), provider.GetRequiredService<IReactionStore>(), provider.GetRequiredService<EventDirectory>(),
            provider.GetRequiredService<FanOutFactory>(), provider.GetRequiredService<IOptions<RoomOptions>>(), provider.GetRequiredService<RoomMetrics>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IHostApplicationLifetime>(), provider.GetRequiredService<ILogger<Rooms>>()));
        return services;
    }
}
