using LiveComments.Akka;
using LiveComments.Cassandra;
using LiveComments.ClickHouse;
using LiveComments.Configuration;
using LiveComments.Kafka;
using LiveComments.PostgreSql;
using LiveComments.Redis;
using LiveComments.Server.Files;
using LiveComments.Server.Startup;
using LiveComments.Sqlite;
using Microsoft.Extensions.Options;

namespace LiveComments.Server;

/// <summary>Chooses the adapter behind each seam of the core. Nothing else in this program names one.</summary>
internal static class Adapters
{
    private const string Sqlite = "LiveComments:Sqlite", PostgreSql = "LiveComments:PostgreSql", Cassandra = "LiveComments:Cassandra";

    /// <summary>Whether comments and reactions are in Cassandra.</summary>
    public static bool LogIsInCassandra(IConfiguration configuration) => configuration[$"{StoreOptions.Section}:{nameof(StoreOptions.Log)}"] == StoreOptions.Cassandra;

    /// <summary>Whether the store is a file of the data folder.</summary>
    public static bool StoreIsInDataFolder(IConfiguration configuration) => configuration[$"{StoreOptions.Section}:{nameof(StoreOptions.Store)}"] != StoreOptions.PostgreSql;

    /// <summary>The store of a server, or of a command that works on a server's data.</summary>
    public static void AddStore(this WebApplicationBuilder builder, DataFolder folder)
    {
        builder.Services.AddSection<StoreOptions>(StoreOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        if (folder.HoldsStore)
        {
            builder.Configuration[$"{Sqlite}:Path"] = folder.Database;
            builder.Services.AddSqlite();
            builder.Services.AddSingleton<IKeyStore>(new KeyFolder(folder.Keys));
            builder.Services.AddSingleton(new OptionsSection(PostgreSql, typeof(PostgreSqlOptions)));
        }
        else
        {
            builder.Services.AddPostgreSql();
            // Settings of the other store are not used, and are no slip: both may stand in one file.
            builder.Services.AddSingleton(new OptionsSection(Sqlite, typeof(SqliteOptions)));
        }
        if (LogIsInCassandra(builder.Configuration))
            builder.Services.AddCassandra();
        else
            builder.Services.AddSingleton(new OptionsSection(Cassandra, typeof(CassandraOptions)));
    }

    /// <summary>The engine: of a server that is one of many where the settings say so.</summary>
    /// <param name="serves">False for a command that works beside a server. It is no node: the store orders what it places too.</param>
    /// <exception cref="CommandException">The store is a file of this node.</exception>
    public static void AddEngine(this WebApplicationBuilder builder, bool serves)
    {
        var isNode = serves && !string.IsNullOrEmpty(builder.Configuration["LiveComments:Cluster:Port"]);
        if (isNode && StoreIsInDataFolder(builder.Configuration))
            throw new CommandException("LiveComments:Cluster needs a store that the nodes share: LiveComments:Store=postgresql.");
        builder.Services.AddAkkaEngine(isNode);
    }

    /// <summary>Kafka, where the settings name its servers.</summary>
    public static void AddKafka(this WebApplicationBuilder builder)
    {
        var roles = builder.Configuration.GetSection("LiveComments:Cluster:Roles").GetChildren().Select(role => role.Value).ToList();
        builder.Services.AddKafka(builder.Configuration, takes: roles.Count == 0 || roles.Contains("ingest"));
    }

    /// <summary>Redis, where the settings name one.</summary>
    public static void AddRedis(this WebApplicationBuilder builder) => builder.Services.AddRedis(builder.Configuration);

    /// <summary>ClickHouse for what is counted, in place of the store's own roll-ups, where the settings name one.</summary>
    public static void AddClickHouse(this WebApplicationBuilder builder) => builder.Services.AddClickHouse(builder.Configuration);

    /// <summary>The store's tools, for commands that work on backups rather than on a server's data.</summary>
    public static IServiceCollection AddStoreTools(this IServiceCollection services) => services.AddSqlite();

    /// <summary>Gives a command's calls to the store more time than a request's: nobody waits for them as a viewer does.</summary>
    public static void LetStoreTake(this WebApplicationBuilder builder, TimeSpan time)
    {
        foreach (var section in (string[])[Sqlite, PostgreSql, Cassandra])
            builder.Configuration[$"{section}:Timeout"] = time.ToString("c");
    }

    /// <summary>How long a call to the store may take.</summary>
    public static TimeSpan StoreTimeout(IServiceProvider services)
    {
        var store = services.GetRequiredService<DataFolder>().HoldsStore
            ? services.GetRequiredService<IOptions<SqliteOptions>>().Value.Timeout
            : services.GetRequiredService<IOptions<PostgreSqlOptions>>().Value.Timeout;
        var log = LogIsInCassandra(services.GetRequiredService<IConfiguration>()) ? services.GetRequiredService<IOptions<CassandraOptions>>().Value.Timeout : TimeSpan.Zero;
        return log > store ? log : store;
    }

    /// <summary>Says whether opening a store in the data folder may change its schema. By default it may. A store of many nodes has an option for it.</summary>
    public static void MigrateStore(this WebApplicationBuilder builder, bool migrate) => builder.Configuration[$"{Sqlite}:Migrate"] = migrate ? "true" : "false";
}
