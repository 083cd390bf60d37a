using LiveComments.Akka.Nodes;
using LiveComments.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Akka;

/// <summary>Registers the engine: needs a store, events, ingest, feeds and a <see cref="Telemetry.ProcessFault"/>.</summary>
public static class EngineServices
{
    /// <summary>Comments of one ask between nodes: more would pass the limit of a message (hocon/cluster.conf).</summary>
    private const int MaxSent = 1_024;

    /// <param name="cluster">Whether this node is one of many: needs a store that they share, with its <see cref="INodeDirectory"/>.</param>
    public static IServiceCollection AddAkkaEngine(this IServiceCollection services, bool cluster)
    {
        services.AddSection<EngineOptions>("LiveComments:Engine").ValidateDataAnnotations()
            .Validate(options => options.Hocon.Length == 0 || File.Exists(options.Hocon), "LiveComments:Engine:Hocon is not the path of a file.").ValidateOnStart();
        services.AddSection<ClusterOptions>("LiveComments:Cluster").ValidateDataAnnotations().ValidateForm(options => options.Fault());
        services.AddSingleton<IDuty, Alone>();
        services.AddSingleton<ICluster, OneNode>();
        services.AddSingleton<EngineMetrics>();
        services.AddSingleton<EngineParts>();
        services.AddSingleton<Engine>();
        services.AddSingleton<IEngine>(provider => provider.GetRequiredService<Engine>());
        services.AddHostedService(provider => provider.GetRequiredService<Engine>());
        // For doors that are streams themselves.
        services.AddSingleton(provider => provider.GetRequiredService<Engine>().Materializer);
        return cluster ? services.AddNode() : services;
    }

    private static IServiceCollection AddNode(this IServiceCollection services)
    {
        services.AddSingleton<ClusterNode>();
        services.AddSingleton<Standstill>();
        services.AddHostedService(provider => provider.GetRequiredService<Standstill>());
        services.AddSingleton<IDuty>(provider => provider.GetRequiredService<ClusterNode>());
        services.AddSingleton<ICluster, ManyNodes>();
        // An owner that died is replaced in seven seconds, which nobody waits for: with the time in the queues, an answer comes within two.
        services.PostConfigure<EngineOptions>(static options => (options.AskAgainAfter, options.AnswerWithin, options.CommentBatch) =
            (TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(1_200), Math.Min(options.CommentBatch, MaxSent)));
        return services;
    }
}
