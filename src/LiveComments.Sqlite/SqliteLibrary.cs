using SQLitePCL;

namespace LiveComments.Sqlite;

/// <summary>The native library, made ready for this program.</summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<bool> Ready = new(Configure);

    /// <summary>Call before the first connection of the process. Later calls do nothing.</summary>
    public static void Init() => _ = Ready.Value;

    /// <summary>
    /// Each connection belongs to one thread, and nobody reads SQLite's memory statistics, so the locks for both are switched off: they cost the writer up to a tenth of its time. They stay
    /// on when other code in the process opened a database first.
    /// </summary>
    private static bool Configure()
    {
        Batteries_V2.Init();
        return raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD) == raw.SQLITE_OK && raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0) == raw.SQLITE_OK;
    }
}
