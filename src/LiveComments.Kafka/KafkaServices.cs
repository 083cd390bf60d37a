using LiveComments.Configuration;
using LiveComments.Kafka.In;
using LiveComments.Kafka.Out;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Kafka;

/// <summary>Registers Kafka beside this server: needs a store, ingest and an engine.</summary>
public static class KafkaServices
{
    private const string Section = "LiveComments:Kafka";

    /// <summary>Adds what the settings ask for: taking comments and reactions from topics, publishing the logs to another. Without servers in the settings it adds nothing.</summary>
    /// <param name="takes">Whether this node takes records; publishing is the duty of one node whatever this says.</param>
    public static IServiceCollection AddKafka(this IServiceCollection services, IConfiguration configuration, bool takes)
    {
        var hasServers = !string.IsNullOrEmpty(configuration[$"{Section}:{nameof(KafkaOptions.Servers)}"]);
        services.AddSection<KafkaOptions>(Section).ValidateDataAnnotations().ValidateForm(options => options.Fault());
        services.AddSection<InTopicsOptions>(Section).ValidateForm(options => options.Fault(hasServers));
        if (!hasServers)
            return services;
        services.AddSingleton<KafkaMetrics>();
        if (takes && configuration.GetSection($"{Section}:{nameof(InTopicsOptions.In)}").GetChildren().Any())
        {
            services.AddSingleton<DeadLetters>();
            services.AddSingleton<Intake>();
            services.AddHostedService(provider => provider.GetRequiredService<Intake>());
        }
        services.AddSingleton<Brokers>();
        services.AddSingleton<IExternalHealth>(provider => provider.GetRequiredService<Brokers>());
        services.AddHostedService(provider => provider.GetRequiredService<Brokers>());
        if (!string.IsNullOrEmpty(configuration[$"{Section}:{nameof(KafkaOptions.Out)}"]))
            services.AddHostedService<LogPublisher>();
        return services;
    }
}
