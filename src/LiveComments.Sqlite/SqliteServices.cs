using System.Diagnostics.Metrics;
using LiveComments.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveComments.Sqlite;

/// <summary>Registers the embedded store.</summary>
public static class SqliteServices
{
    /// <summary>Adds every seam that SQLite serves. The file is opened when the first of them is asked for.</summary>
    public static IServiceCollection AddSqlite(this IServiceCollection services)
    {
        services.AddSection<SqliteOptions>("LiveComments:Sqlite").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => SqliteDatabase.Open(
            provider.GetRequiredService<IOptions<SqliteOptions>>().Value, provider.GetRequiredService<ILogger<SqliteDatabase>>(),
            provider.GetService<IMeterFactory>()));
        services.AddSingleton<IStoreHealth>(provider => provider.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<IEventCatalog, SqliteEventCatalog>();
        services.AddSingleton<IParticipants, SqliteParticipants>();
        services.AddSingleton<IContentRules, SqliteContentRules>();
        services.AddSingleton<IEventLog, SqliteEventLog>();
        services.AddSingleton<ICommentQueries, SqliteCommentQueries>();
        services.AddSingleton<IReplayQueries, SqliteReplayQueries>();
        services.AddSingleton<IAccountStore, SqliteAccountStore>();
        services.AddSingleton<IReactionStore, SqliteReactionStore>();
        services.AddSingleton<IPollStore, SqlitePollStore>();
        services.AddSingleton<IPictureStore, SqlitePictureStore>();
        services.AddSingleton<IFollowerStore, SqliteFollowerStore>();
        services.AddSingleton<IAnalyticsStore, SqliteAnalyticsStore>();
        services.AddSingleton<IEntryOutlines, SqliteEntryOutlines>();
        services.AddSingleton<IModerationStore, SqliteModerationStore>();
        services.AddSingleton<IAbuseStore, SqliteAbuseStore>();
        services.AddSingleton<IPersonalData, SqlitePersonalData>();
        services.AddSingleton<IPersonalLogData, SqlitePersonalLogData>();
        services.AddSingleton<IStoreBackup, SqliteBackup>();
        services.AddSingleton<IRetention, SqliteRetention>();
        return services;
    }
}
