using SQLitePCL;

namespace LiveComments.Sqlite;

/// <summary>The native library, made ready for this program.</summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<bool> Ready = new(Configure);

    /// <summary>Before the first connection of the process; then it does nothing.</summary>
    public static void Init() => _ = Ready.Value;

    /// <summary>
    /// Each connection here belongs to one thread, and nobody asks how much memory SQLite has: the locks for the contrary cost the writer up to a tenth of its time. They stay when
    /// somebody else in the process was first to open a database.
    /// </summary>
    private static bool Configure()
    {
        Batteries_V2.Init();
        return raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD) == raw.SQLITE_OK && raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0) == raw.SQLITE_OK;
    }
}
