using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LiveComments.Presence;

/// <summary>Registers who is here.</summary>
public static class PresenceServices
{
    /// <summary>Each node answers for itself, unless an <see cref="IPresence"/> that nodes share was registered before.</summary>
    public static IServiceCollection AddPresence(this IServiceCollection services)
    {
        services.AddSingleton<LocalPresence>();
        services.TryAddSingleton<IPresence>(provider => provider.GetRequiredService<LocalPresence>());
        services.AddHostedService<PresenceWatch>();
        return services;
    }
}
