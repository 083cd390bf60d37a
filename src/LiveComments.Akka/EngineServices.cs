using LiveComments.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Akka;

/// <summary>Registers the engine: needs a store, events, ingest, feeds and a <see cref="Telemetry.ProcessFault"/>.</summary>
public static class EngineServices
{
    public static IServiceCollection AddAkkaEngine(this IServiceCollection services)
    {
        services.AddSection<EngineOptions>("LiveComments:Engine").ValidateDataAnnotations()
            .Validate(options => options.Hocon.Length == 0 || File.Exists(options.Hocon), "LiveComments:Engine:Hocon is not the path of a file.").ValidateOnStart();
        services.AddSingleton<EngineMetrics>();
        services.AddSingleton<EngineParts>();
        services.AddSingleton<Engine>();
        services.AddSingleton<IEngine>(provider => provider.GetRequiredService<Engine>());
        services.AddHostedService(provider => provider.GetRequiredService<Engine>());
        return services;
    }
}
