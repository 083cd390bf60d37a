using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Events;

/// <summary>Registers the look-up of events, and of who joined them: needs an <see cref="IEventCatalog"/>.</summary>
public static class EventServices
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        return services.AddSingleton<EventDirectory>().AddSingleton<Joins>().AddHostedService(provider => provider.GetRequiredService<Joins>());
    }
}
