using System.Globalization;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>
/// The schema, as numbered steps that are each applied once. <c>schema_version</c> says how many a database has seen; a database of a newer program is refused. Nodes that start together
/// wait for each other. Nodes of the version before run on while a newer one migrates, so a step may only add what they do not need.
/// </summary>
internal static class PostgreSqlSchema
{
    /// <summary>Each concept's tables are defined beside its code. A released step is never changed; a new step follows it.</summary>
    private static readonly string[] Steps =
    [
        PostgreSqlEventLog.Schema + PostgreSqlReactionStore.Schema + PostgreSqlAccountStore.Schema + PostgreSqlEventCatalog.Schema,
        PostgreSqlKeyStore.Schema,
        PostgreSqlNodeDirectory.Schema,
        PostgreSqlContentRules.OfAllEvents,
        PostgreSqlModerationStore.Schema,
        PostgreSqlPersonalData.Schema,
        PostgreSqlFollowerStore.Schema,
        PostgreSqlCommentQueries.RemovedByAuthor,
        PostgreSqlAbuseStore.Schema,
        PostgreSqlAnalyticsStore.Schema,
        PostgreSqlPollStore.Schema,
        PostgreSqlAccountStore.Guests,
        PostgreSqlAccountStore.PasswordLinks,
        PostgreSqlAccountStore.RecoveryCodes,
        PostgreSqlEventLog.StageAndQuestions,
        PostgreSqlPictureStore.Schema,
    ];

    /// <summary>The class of this program's advisory locks: other programs of the same database do not meet them by chance.</summary>
    public const int LockClass = 0x4C43;

    /// <summary>The advisory lock of whoever migrates. Logs are numbered from 1, so no log has it.</summary>
    private const int MigrationLock = 0;

    /// <summary>The advisory lock of whoever counts what is in the logs.</summary>
    public const int AnalyticsLock = -1;

    /// <summary>How long a node waits for another one that migrates.</summary>
    private const string Patience = "10min";

    /// <summary>The newest schema this program knows.</summary>
    public static int Known => Steps.Length;

    /// <exception cref="StoreUnavailableException">The database is newer than this program, or older and not to be changed, or of another program.</exception>
    public static void Migrate(NpgsqlConnection connection, PostgreSqlOptions options)
    {
        MustSuit(connection);
        if (Check(Version(connection, null), options))
            return;
        using var transaction = connection.BeginTransaction();
        Execute(connection, transaction, $"SET LOCAL lock_timeout = '{Patience}'; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({LockClass}, {MigrationLock})");
        // Another node may have migrated while this one waited.
        var version = Version(connection, transaction);
        if (Check(version, options))
            return;
        if (version == 0)
            Execute(connection, transaction, "CREATE TABLE schema_version (version integer NOT NULL); INSERT INTO schema_version VALUES (0)");
        for (; version < Steps.Length; version++)
            Execute(connection, transaction, Steps[version]);
        Execute(connection, transaction, string.Create(CultureInfo.InvariantCulture, $"UPDATE schema_version SET version = {version}"));
        transaction.Commit();
    }

    /// <summary>True when there is nothing to do.</summary>
    private static bool Check(int version, PostgreSqlOptions options)
    {
        if (version > Steps.Length)
            throw new StoreUnavailableException($"The database has schema {version}, this program knows {Steps.Length}: start a newer program.");
        if (version < Steps.Length && !options.Migrate)
            throw new StoreUnavailableException($"The database has schema {version}, this program needs {Steps.Length}, and may not change it: start a server of this version that may (LiveComments:PostgreSql:Migrate).");
        return version == Steps.Length;
    }

    /// <summary>Comments are in every language.</summary>
    private static void MustSuit(NpgsqlConnection connection)
    {
        using var encoding = new NpgsqlCommand("SHOW server_encoding", connection);
        if (encoding.ExecuteScalar() is not "UTF8")
            throw new StoreUnavailableException("The database does not have the encoding UTF8: create it with ENCODING 'UTF8' TEMPLATE template0.");
    }

    private static int Version(NpgsqlConnection connection, NpgsqlTransaction? transaction)
    {
        // Not to_regclass: its cache of names may still say what was so before the wait for the lock.
        using var exists = new NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM pg_tables WHERE tablename = 'schema_version' AND schemaname = ANY (current_schemas(false)))", connection, transaction);
        if (exists.ExecuteScalar() is not true)
            return 0;
        using var version = new NpgsqlCommand("SELECT version FROM schema_version", connection, transaction);
        return (int)version.ExecuteScalar()!;
    }

    private static void Execute(NpgsqlConnection connection, NpgsqlTransaction transaction, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection, transaction);
        command.ExecuteNonQuery();
    }
}
