using LiveComments.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace LiveComments.Sqlite;

/// <summary>What is wrong with the database. Each change is logged once, however many calls meet it.</summary>
internal sealed partial class SqliteHealth(ILogger log)
{
    private readonly StoreFaults _faults = new();

    /// <summary>Null when nothing is wrong.</summary>
    public StoreFault? Worst => _faults.Worst;

    /// <summary>False from a failed write until the next successful one, unless only a damaged part of the file was involved.</summary>
    public bool TakesWrites => !Has(StoreCondition.Failing) && !Has(StoreCondition.Full) && !Has(StoreCondition.Lost);

    public bool Has(StoreCondition condition) => _faults.Has(condition);

    /// <param name="missing">The file that is not the one that was opened; null when all are there.</param>
    public void Look(string? missing)
    {
        if (missing is null)
        {
            if (_faults.Clear(StoreCondition.Lost))
                LogBack(log);
        }
        else if (_faults.Set(StoreCondition.Lost, "A file of the database is gone, or another is in its place: nothing is stored any more. The log says what to do."))
            LogLost(log, missing, missing.EndsWith("-wal", StringComparison.Ordinal) || missing.EndsWith("-shm", StringComparison.Ordinal)
                ? "Restart the server with SIGTERM: as it stops, it brings what is in the log into the database."
                : $"Put it back, and writing goes on. If it was deleted, copy it with its log from /proc/{Environment.ProcessId}/fd before the server stops, or restore a backup.");
    }

    /// <summary>A transaction failed.</summary>
    /// <param name="writes">How many writes were in it; 0 for a read.</param>
    public void Failed(Exception failure, int writes)
    {
        if (IsDamage(failure))
        {
            if (_faults.Set(StoreCondition.Damaged, "A part of the database is damaged: what needs it fails, everything else goes on. Restore a backup."))
                LogDamaged(log, failure);
        }
        else if (failure is SqliteException { SqliteErrorCode: raw.SQLITE_FULL })
        {
            if (_faults.Set(StoreCondition.Full, "The disk is full: nothing is stored until there is room."))
                LogFull(log, failure);
        }
        else if (writes > 0 && TakesWrites && _faults.Set(StoreCondition.Failing, "The database takes no writes; the log says why."))
            LogWriteFailed(log, failure, writes);
    }

    /// <summary>A transaction was committed.</summary>
    public void Committed()
    {
        // Not with |: each is to be cleared.
        var (failing, full) = (_faults.Clear(StoreCondition.Failing), _faults.Clear(StoreCondition.Full));
        if (failing || full)
            LogWriteRecovered(log);
    }

    /// <summary>Whether to advise restoring a backup: the file is not what was written, or the disk cannot read it.</summary>
    public static bool IsDamage(Exception failure)
    {
        const int shortRead = 522, corruptFileSystem = 8_458, checksum = 8_202; // SQLITE_IOERR_SHORT_READ, _CORRUPTFS, _DATA
        return failure is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB }
            or SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR_READ or shortRead or corruptFileSystem or checksum };
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "{File} is gone, or another file is in its place: nothing is stored any more. {Advice}")]
    private static partial void LogLost(ILogger log, string file, string advice);

    [LoggerMessage(Level = LogLevel.Information, Message = "The files of the database are back")]
    private static partial void LogBack(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database is damaged: requests that need the damaged part fail, everything else works. Stop the server and restore a backup: restore DIR --force keeps the damaged database beside it")]
    private static partial void LogDamaged(ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The disk is full: nothing is stored until there is room")]
    private static partial void LogFull(ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database accepts no writes: a transaction of {Writes} writes failed")]
    private static partial void LogWriteFailed(ILogger log, Exception exception, int writes);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database accepts writes again")]
    private static partial void LogWriteRecovered(ILogger log);
}
