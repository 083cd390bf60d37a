using LiveComments.Cassandra.Cql;
using LiveComments.Configuration;
using LiveComments.Retention;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Cassandra;

/// <summary>Registers Cassandra.</summary>
public static class CassandraServices
{
    private const string Section = "LiveComments:Cassandra";

    /// <summary>Puts logs and reactions into Cassandra, in place of the store that was added before, which keeps everything else. It is connected to, and its tables are created or checked, when the first call needs it.</summary>
    public static IServiceCollection AddCassandra(this IServiceCollection services)
    {
        services.AddSection<CassandraOptions>(Section).ValidateDataAnnotations()
            .Validate(options => ContactPoints.Parse(options.ContactPoints) is not null, $"{Section}:{nameof(CassandraOptions.ContactPoints)} is not of the form host,host:port.")
            .PostConfigure<IOptions<RetentionOptions>>((options, retention) => options.KeysFor = retention.Value.Keys)
            .ValidateOnStart();
        services.AddSingleton<CqlMetrics>();
        services.AddSingleton(provider => new CassandraDatabase(provider.GetRequiredService<IOptions<CassandraOptions>>().Value, provider.GetRequiredService<ILogger<CassandraDatabase>>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<CqlMetrics>()));
        services.AddSingleton<IExternalHealth>(provider => provider.GetRequiredService<CassandraDatabase>());
        services.AddSingleton<IEventLog, CassandraEventLog>();
        services.AddSingleton<IEntryOutlines, CassandraEntryOutlines>();
        services.AddSingleton<IReactionStore, CassandraReactionStore>();
        services.AddSingleton<ICommentQueries, CassandraCommentQueries>();
        services.AddSingleton<IReplayQueries, CassandraReplayQueries>();
        services.AddSingleton<IRetention, CassandraRetention>();
        services.AddSingleton<IPersonalLogData, CassandraPersonalLogData>();
        // How far followers have come stays where it was.
        var positions = services.Last(service => service.ServiceType == typeof(IFollowerStore)).ImplementationType!;
        services.AddSingleton<IFollowerStore>(provider =>
            new CassandraFollowerStore((IFollowerStore)ActivatorUtilities.CreateInstance(provider, positions), provider.GetRequiredService<CassandraDatabase>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
