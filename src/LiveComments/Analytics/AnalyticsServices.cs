using LiveComments.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Analytics;

/// <summary>Registers the counting of what happens in events.</summary>
public static class AnalyticsServices
{
    private const string Section = "LiveComments:Analytics";

    /// <param name="spool">The folder of rows that wait on disk while the store is away.</param>
    public static IServiceCollection AddAnalytics(this IServiceCollection services, IConfiguration configuration, string spool)
    {
        services.AddSection<AnalyticsOptions>(Section).ValidateDataAnnotations().Configure(options => options.SpoolFolder = spool).ValidateOnStart();
        services.AddSingleton<AnalyticsQueue>();
        services.AddSingleton<TopWords>();
        if (!configuration.GetValue(Section + ":" + nameof(AnalyticsOptions.Enabled), true))
            return services;
        services.AddSingleton<AnalyticsMetrics>();
        services.AddSingleton<AnalyticsFollower>();
        services.AddSingleton<IExternalHealth>(provider => provider.GetRequiredService<AnalyticsFollower>());
        services.AddHostedService<AnalyticsWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<AnalyticsFollower>());
        return services;
    }
}
