using LiveComments.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Ingest;

/// <summary>Registers ingest.</summary>
public static class IngestServices
{
    public static IServiceCollection AddIngest(this IServiceCollection services)
    {
        services.AddSection<LimitsOptions>("LiveComments:Limits").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IngestMetrics>();
        services.AddSingleton<UserLimits>();
        services.AddSingleton<Ingest>();
        services.AddSingleton<EventControl>();
        services.AddHostedService<EventSchedule>();
        return services;
    }
}
