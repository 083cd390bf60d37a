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

    /// <summary>Adds what Cassandra serves. It is connected to, and its tables are created or checked, when the first call needs it.</summary>
    public static IServiceCollection AddCassandra(this IServiceCollection services)
    {
        services.AddSection<CassandraOptions>(Section).ValidateDataAnnotations()
            .Validate(options => ContactPoints.Parse(options.ContactPoints) is not null, $"{Section}:{nameof(CassandraOptions.ContactPoints)} is not of the form host,host:port.")
            .PostConfigure<IOptions<RetentionOptions>>((options, retention) => options.KeysFor = retention.Value.Keys)
            .ValidateOnStart();
        services.AddSingleton(provider => new CassandraDatabase(
            provider.GetRequiredService<IOptions<CassandraOptions>>().Value, provider.GetRequiredService<ILogger<CassandraDatabase>>()));
        services.AddSingleton<IEventLog, CassandraEventLog>();
        services.AddSingleton<IEntryOutlines, CassandraEntryOutlines>();
        services.AddSingleton<IReactionStore, CassandraReactionStore>();
        services.AddSingleton<ICommentQueries, CassandraCommentQueries>();
        services.AddSingleton<IReplayQueries, CassandraReplayQueries>();
        services.AddSingleton<IRetention, CassandraRetention>();
        services.AddSingleton<IPersonalLogData, CassandraPersonalLogData>();
        return services;
    }
}
