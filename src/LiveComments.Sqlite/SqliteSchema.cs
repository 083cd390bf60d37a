using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>
/// The schema, as numbered steps that are each applied once. <c>PRAGMA user_version</c> says how many a file has seen; a file from a newer program is refused.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>Each concept's tables are defined beside its code. A released step is never changed; a new step follows it.</summary>
    private static readonly string[] Steps =
    [
        SqliteEventLog.Schema + SqliteReactionStore.Schema + SqliteAccountStore.Schema + SqliteEventCatalog.Schema,
        SqliteAccountStore.RepeatableRefresh,
        SqliteAccountStore.TriesOfStrangers,
        SqliteAccountStore.Changes,
        SqliteEventCatalog.StartedAndEnded,
        SqliteEventLog.Others,
        SqliteContentRules.OfAllEvents,
        SqliteModerationStore.Schema,
        SqlitePersonalData.Schema,
        SqliteFollowerStore.Schema,
        SqliteCommentQueries.RemovedByAuthor,
        SqliteAbuseStore.Schema,
        SqliteAnalyticsStore.Schema,
        SqlitePollStore.Schema,
        SqliteAccountStore.Guests,
        SqliteAccountStore.PasswordLinks,
        SqliteAccountStore.RecoveryCodes,
        SqliteEventLog.StageAndQuestions,
        SqlitePictureStore.Schema,
    ];

    /// <summary>
    /// How long a transaction waits, in milliseconds, for another process that writes. Less than half of a caller's time limit, so that the answer is "nothing was done" and not "outcome
    /// unknown".
    /// </summary>
    public const int BusyTimeout = 250;

    /// <summary>The newest schema this program knows.</summary>
    public static int Known => Steps.Length;

    /// <summary>Settings of a connection. FULL makes every commit wait for the disk: an acknowledgement means flushed.</summary>
    public static void Configure(SqliteConnection connection, bool readOnly)
    {
        if (!readOnly)
        {
            connection.Execute("PRAGMA journal_mode = WAL");
            connection.Execute("PRAGMA synchronous = FULL");
            // The writer decides when to checkpoint: see SqliteCheckpoint. A longer log file is truncated when the log starts over.
            connection.Execute("PRAGMA wal_autocheckpoint = 0");
            connection.Execute($"PRAGMA journal_size_limit = {256 * 1024 * 1024}");
            // Erased texts are overwritten in the file.
            connection.Execute("PRAGMA secure_delete = ON");
        }
        connection.Execute("PRAGMA foreign_keys = ON");
        connection.Execute($"PRAGMA busy_timeout = {BusyTimeout}");
        connection.Execute("PRAGMA cache_size = -65536"); // KiB
        connection.Execute("PRAGMA temp_store = MEMORY");
    }

    /// <exception cref="StoreUnavailableException">The file is newer than this program, or older and not to be changed, or damaged.</exception>
    public static void Migrate(SqliteConnection connection, SqliteOptions options)
    {
        var version = (int)connection.Scalar<long>("PRAGMA user_version");
        if (version > Steps.Length)
            throw new StoreUnavailableException($"The database {options.Path} has schema {version}, this program knows {Steps.Length}: start a newer program.");
        if (version < Steps.Length && !options.Migrate)
            throw new StoreUnavailableException($"The database {options.Path} has schema {version}, this program needs {Steps.Length}, and another program is using it: stop that one and start the newer one.");
        for (; version < Steps.Length; version++)
        {
            connection.Execute("BEGIN IMMEDIATE");
            connection.Execute(Steps[version]);
            connection.Execute($"PRAGMA user_version = {version + 1}");
            connection.Execute("COMMIT");
        }
    }
}
