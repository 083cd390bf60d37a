using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LiveComments.Sqlite;

/// <summary>
/// Brings the write-ahead log into the database file. SQLite would do it within the commit that fills the log, and keep that
/// commit's callers waiting; here it is done between commits. SQLite would also let the log grow without end while reads overlap, because the log starts over only when nobody reads it. On a
/// busy server that moment never comes by itself.
/// </summary>
internal sealed class SqliteCheckpoint(SqliteOptions options, SqliteMetrics metrics)
{
    /// <summary>When the log is this many times its intended length, readers are held up so that it can start over.</summary>
    private const int Patience = 4;

    /// <summary>How long writes wait for readers to leave the log, in milliseconds; a page is read in less.</summary>
    private const int WaitForReaders = 50;

    private long _written;
    private bool _failed;
    private volatile bool _empties;

    /// <summary>Asks that the log be emptied: it has pages as they were before something was erased. That is tried after each commit until no reader is in the way.</summary>
    public void Empty() => _empties = true;

    /// <summary>Call after each commit. False when a checkpoint fails for the first time since the last success.</summary>
    public bool TryRun(SqliteConnection connection, [NotNullWhen(false)] out SqliteException? failure)
    {
        failure = null;
        _written += PagesWritten(connection);
        if (_written < options.CheckpointPages && !_empties)
            return true;
        _written = 0;
        var started = SqliteMetrics.Now;
        try
        {
            var pages = Run(connection, "PRAGMA wal_checkpoint(PASSIVE)");
            if (_empties || pages > Patience * options.CheckpointPages)
            {
                raw.sqlite3_busy_timeout(connection.Handle, WaitForReaders);
                try
                {
                    pages = Run(connection, _empties ? "PRAGMA wal_checkpoint(TRUNCATE)" : "PRAGMA wal_checkpoint(RESTART)");
                    _empties &= pages != 0;
                }
                finally
                {
                    raw.sqlite3_busy_timeout(connection.Handle, SqliteSchema.BusyTimeout);
                }
            }
            metrics.Checkpointed(started, pages);
            _failed = false;
            return true;
        }
        catch (SqliteException e)
        {
            failure = e;
            var first = !_failed;
            _failed = true;
            return !first;
        }
    }

    /// <summary>The length of the log in pages.</summary>
    private static long Run(SqliteConnection connection, string checkpoint)
    {
        using var row = connection.Statement(checkpoint);
        row.Step();
        return row.Int64(1);
    }

    private static int PagesWritten(SqliteConnection connection)
    {
        const int cacheWrite = 9; // SQLITE_DBSTATUS_CACHE_WRITE
        raw.sqlite3_db_status(connection.Handle, cacheWrite, out var pages, out _, resetFlg: 1);
        return pages;
    }
}
