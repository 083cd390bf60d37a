using LiveComments.Stores;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LiveComments.Sqlite;

/// <summary>Copies of a database file.</summary>
/// <remarks>
/// The engine's backup API in small steps, inside one read transaction. Without the transaction every commit of another
/// connection makes the next step begin again at the first page: beside a busy writer such a backup never ends. With it the copy is
/// of one moment and writers are not held up; what it costs is that the write-ahead log is not reused before the copy is done, so it
/// grows by what is written meanwhile. <c>VACUUM INTO</c> holds the same transaction longer, because it rebuilds every index
/// on a core that the server needs, and can neither show its progress nor spread its writing.
/// </remarks>
internal sealed class SqliteBackup(TimeProvider time) : IStoreBackup
{
    private const int PagesPerStep = 256;

    /// <summary>16 MiB. A commit's flush may wait for everything that the file system has not written yet, so this keeps that amount small.</summary>
    private const int StepsPerFlush = 16;

    public void Copy(string source, string destination, Action<double> done, CancellationToken ct) => Explain(source, () =>
    {
        using var from = Open(source, SqliteOpenMode.ReadOnly);
        using var to = Open(destination, SqliteOpenMode.ReadWrite);
        using var file = File.OpenHandle(destination, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        from.Execute("BEGIN");
        // BEGIN alone takes no snapshot, the first read does.
        from.Scalar<long>("SELECT count(*) FROM sqlite_master");
        using (var backup = raw.sqlite3_backup_init(to.Handle, "main", from.Handle, "main"))
        {
            if (backup is null || backup.IsInvalid)
                throw new StoreUnavailableException($"The copy {destination} cannot be begun: {raw.sqlite3_errmsg(to.Handle).utf8_to_string()}");
            int result;
            for (var step = 1; (result = raw.sqlite3_backup_step(backup, PagesPerStep)) == raw.SQLITE_OK; step++)
            {
                ct.ThrowIfCancellationRequested();
                done(1 - (double)raw.sqlite3_backup_remaining(backup) / raw.sqlite3_backup_pagecount(backup));
                // Only paces the writing; the engine itself flushes the finished copy and reports what fails.
                if (step % StepsPerFlush == 0)
                    RandomAccess.FlushToDisk(file);
            }
            if (result != raw.SQLITE_DONE)
                throw new StoreUnavailableException($"The copy {destination} cannot be written: {raw.sqlite3_errstr(result).utf8_to_string()}");
        }
        from.Execute("COMMIT");
        // One file without a log beside it, which can be read from a read-only place.
        to.Scalar<string>("PRAGMA journal_mode = DELETE");
    });

    public StoreContents Check(string copy, CancellationToken ct) => Explain(copy, () =>
    {
        using var connection = Open(copy, SqliteOpenMode.ReadOnly);
        using var interrupt = ct.Register(() => raw.sqlite3_interrupt(connection.Handle));
        var problem = connection.Scalar<string>("PRAGMA integrity_check(1)");
        if (problem != "ok")
            throw new StoreUnavailableException($"{copy} is damaged: {problem}");
        var schema = (int)connection.Scalar<long>("PRAGMA user_version");
        if (schema > SqliteSchema.Known)
            throw new StoreUnavailableException($"{copy} has schema {schema}, this program knows {SqliteSchema.Known}: use a newer program.");
        return new StoreContents(schema,
            connection.Scalar<long>("SELECT count(*) FROM events"),
            connection.Scalar<long>("SELECT coalesce(sum(last_seq), 0) FROM logs"),
            connection.Scalar<long>("SELECT count(*) FROM users"));
    }, ct);

    public void Renew(string copy, CancellationToken ct) => Explain(copy, () =>
    {
        using var connection = Open(copy, SqliteOpenMode.ReadWrite);
        using var interrupt = ct.Register(() => raw.sqlite3_interrupt(connection.Handle));
        connection.Execute("BEGIN IMMEDIATE");
        connection.Execute("UPDATE logs SET epoch = random() & 0x7FFFFFFFFFFFFFFF");
        connection.Execute("UPDATE user_sessions SET ended_at = $1 WHERE ended_at IS NULL", time.GetUtcNow().ToUnixTimeMilliseconds());
        connection.Execute("COMMIT");
    }, ct);

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        SqliteLibrary.Init();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Explain(string path, Action work, CancellationToken ct = default) => Explain(path, () =>
    {
        work();
        return true;
    }, ct);

    private static T Explain<T>(string path, Func<T> work, CancellationToken ct = default)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            ct.ThrowIfCancellationRequested();
            throw new StoreUnavailableException($"{path}: {e.Message}", inner: e);
        }
    }
}
