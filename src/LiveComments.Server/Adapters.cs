using LiveComments.Server.Files;
using LiveComments.Sqlite;
using Microsoft.Extensions.Options;

namespace LiveComments.Server;

/// <summary>Chooses the adapter behind each seam of the core. Nothing else in this program names one.</summary>
internal static class Adapters
{
    /// <summary>The store of a server, or of a command that works on a server's data.</summary>
    public static void AddStore(this WebApplicationBuilder builder, DataFolder folder)
    {
        builder.Configuration["LiveComments:Sqlite:Path"] = folder.Database;
        builder.Services.AddSqlite();
    }

    /// <summary>The store's tools, for commands that work on backups rather than on a server's data.</summary>
    public static IServiceCollection AddStoreTools(this IServiceCollection services) => services.AddSqlite();

    /// <summary>Gives a command's calls to the store more time than a request's: nobody waits for them as a viewer does.</summary>
    public static void LetStoreTake(this WebApplicationBuilder builder, TimeSpan time) => builder.Configuration["LiveComments:Sqlite:Timeout"] = time.ToString("c");

    /// <summary>How long a call to the store may take.</summary>
    public static TimeSpan StoreTimeout(IServiceProvider services) => services.GetRequiredService<IOptions<SqliteOptions>>().Value.Timeout;

    /// <summary>Says whether opening the store may change its schema. By default it may.</summary>
    public static void MigrateStore(this WebApplicationBuilder builder, bool migrate) => builder.Configuration["LiveComments:Sqlite:Migrate"] = migrate ? "true" : "false";
}
