using System.Diagnostics.Metrics;
using LiveComments.Configuration;
using LiveComments.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.PostgreSql;

/// <summary>Registers the store of many nodes.</summary>
public static class PostgreSqlServices
{
    private const string KeyEncryptionKey = $"LiveComments:PostgreSql:{nameof(PostgreSqlOptions.KeyEncryptionKey)}";

    /// <summary>Adds every seam that PostgreSQL serves. The database is opened, and its schema brought up to date, when the first of them is asked for.</summary>
    public static IServiceCollection AddPostgreSql(this IServiceCollection services)
    {
        services.AddSection<PostgreSqlOptions>("LiveComments:PostgreSql").ValidateDataAnnotations()
            .Validate(options => ConnectionSettings.Fault(options) is null, "LiveComments:PostgreSql:ConnectionString is not of the form Host=...;Database=...;Username=...;Password=....")
            .Validate(options => SealedKeyStore.Parse(options.KeyEncryptionKey) is not null,
                $"{KeyEncryptionKey} must be 32 bytes in base64, the same on every node: keys new-encryption-key prints one (or openssl rand -base64 32).")
            .ValidateOnStart();
        services.AddSingleton(provider => PostgreSqlDatabase.Open(
            provider.GetRequiredService<IOptions<PostgreSqlOptions>>().Value, provider.GetRequiredService<ILogger<PostgreSqlDatabase>>(),
            provider.GetService<IMeterFactory>()));
        services.AddSingleton<IStoreHealth>(provider => provider.GetRequiredService<PostgreSqlDatabase>());
        services.AddSingleton<IEventCatalog, PostgreSqlEventCatalog>();
        services.AddSingleton<IParticipants, PostgreSqlParticipants>();
        services.AddSingleton<IContentRules, PostgreSqlContentRules>();
        services.AddSingleton<IEventLog, PostgreSqlEventLog>();
        services.AddSingleton<ICommentQueries, PostgreSqlCommentQueries>();
        services.AddSingleton<IReplayQueries, PostgreSqlReplayQueries>();
        services.AddSingleton<IAccountStore, PostgreSqlAccountStore>();
        services.AddSingleton<IReactionStore, PostgreSqlReactionStore>();
        services.AddSingleton<IPollStore, PostgreSqlPollStore>();
        services.AddSingleton<IPictureStore, PostgreSqlPictureStore>();
        services.AddSingleton<IFollowerStore, PostgreSqlFollowerStore>();
        services.AddSingleton<IAnalyticsStore, PostgreSqlAnalyticsStore>();
        services.AddSingleton<IEntryOutlines, PostgreSqlEntryOutlines>();
        services.AddSingleton<IModerationStore, PostgreSqlModerationStore>();
        services.AddSingleton<IAbuseStore, PostgreSqlAbuseStore>();
        services.AddSingleton<IRetention, PostgreSqlRetention>();
        services.AddSingleton<IPersonalData, PostgreSqlPersonalData>();
        services.AddSingleton<IPersonalLogData, PostgreSqlPersonalLogData>();
        services.AddSingleton<INodeDirectory, PostgreSqlNodeDirectory>();
        services.AddSingleton<IStoreRenewal, PostgreSqlRenewal>();
        services.AddSingleton<IKeyStore>(provider => new SealedKeyStore(new PostgreSqlKeyStore(provider.GetRequiredService<PostgreSqlDatabase>()),
            SealedKeyStore.Parse(provider.GetRequiredService<IOptions<PostgreSqlOptions>>().Value.KeyEncryptionKey)!, KeyEncryptionKey));
        return services;
    }
}
