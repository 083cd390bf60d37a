using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Events;

/// <summary>Registers events: needs an <see cref="IEventCatalog"/>.</summary>
public static class EventServices
{
    public static IServiceCollection AddEvents(this IServiceCollection services) => services.AddSingleton<EventDirectory>();
}
