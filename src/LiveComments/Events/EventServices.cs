using LiveComments.Ingest;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Events;

/// <summary>Registers events: needs an <see cref="IEventCatalog"/>, an <see cref="IEventLog"/> and rooms.</summary>
public static class EventServices
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        return services.AddSingleton<EventDirectory>().AddSingleton<EventControl>().AddHostedService<EventSchedule>()
            .AddSingleton<Joins>().AddHostedService(provider => provider.GetRequiredService<Joins>());
    }
}
