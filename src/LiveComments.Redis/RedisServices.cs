using LiveComments.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Redis;

/// <summary>Registers Redis beside this server.</summary>
public static class RedisServices
{
    private const string Section = "LiveComments:Redis";

    /// <summary>Has nodes share who is here, the newest entries of events, and the limits of people and addresses. Without a connection in the settings it adds nothing.</summary>
    public static IServiceCollection AddRedis(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<RedisOptions>(Section).ValidateDataAnnotations().ValidateForm(Fault);
        if (string.IsNullOrEmpty(configuration[$"{Section}:{nameof(RedisOptions.Connection)}"]))
            return services;
        services.AddSingleton<RedisMetrics>();
        services.AddSingleton<RedisClient>();
        services.AddSingleton<IExternalHealth>(provider => provider.GetRequiredService<RedisClient>());
        services.AddSingleton<NodeLease>();
        services.AddSingleton<IPresence, RedisPresence>();
        services.AddSingleton<HotKeys>();
        services.AddSingleton<HotMetrics>();
        services.AddSingleton<HotWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<HotWriter>());
        services.AddSingleton<IHotEntries, RedisHotEntries>();
        services.AddSingleton<ISharedLimits, RedisLimits>();
        services.AddSingleton<RedisNoticeStreams>();
        services.AddHostedService(provider => provider.GetRequiredService<RedisNoticeStreams>());
        services.AddSingleton<INoticeStreams>(provider => provider.GetRequiredService<RedisNoticeStreams>());
        return services;
    }

    private static string? Fault(RedisOptions options)
    {
        try
        {
            return options.Connection.Length == 0 || RedisClient.Settings(options).EndPoints.Count > 0 ? null : "LiveComments:Redis:Connection names no server.";
        }
        catch (ArgumentException)
        {
            // Its text may have the password.
            return "LiveComments:Redis:Connection is no connection string of StackExchange.Redis, such as redis-1:6379,password=...,ssl=true.";
        }
    }
}
