using LiveComments.Stores;
using Microsoft.Extensions.Logging;

namespace LiveComments.PostgreSql;

/// <summary>What is wrong with the database. Each change is logged once, however many calls meet it.</summary>
internal sealed partial class PostgreSqlHealth(ILogger log)
{
    private readonly StoreFaults _faults = new();

    /// <summary>Null when nothing is wrong.</summary>
    public StoreFault? Worst => _faults.Worst;

    /// <summary>False from a failed write until the next successful one.</summary>
    public bool TakesWrites => !Has(StoreCondition.Failing) && !Has(StoreCondition.Full);

    public bool Has(StoreCondition condition) => _faults.Has(condition);

    /// <summary>A call failed.</summary>
    public void Failed(Exception failure, bool writes)
    {
        if (StoreFailures.IsDamage(failure))
        {
            if (_faults.Set(StoreCondition.Damaged, "A part of the database is damaged: what needs it fails, everything else goes on. Restore a backup."))
                LogDamaged(log, failure);
        }
        else if (StoreFailures.IsFull(failure))
        {
            if (_faults.Set(StoreCondition.Full, "The database's disk is full: nothing is stored until there is room."))
                LogFull(log, failure);
        }
        else if (writes && !StoreFailures.IsContention(failure) && TakesWrites && _faults.Set(StoreCondition.Failing, "The database takes no writes; the log says why."))
            LogWriteFailed(log, failure);
    }

    /// <summary>Something was committed.</summary>
    public void Committed()
    {
        // Not with |: each is to be cleared.
        var (failing, full) = (_faults.Clear(StoreCondition.Failing), _faults.Clear(StoreCondition.Full));
        if (failing || full)
            LogWriteRecovered(log);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The database is damaged: requests that need the damaged part fail, everything else works. Fail over to a standby or restore a backup")]
    private static partial void LogDamaged(ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The disk of the database is full: nothing is stored until there is room")]
    private static partial void LogFull(ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database accepts no writes")]
    private static partial void LogWriteFailed(ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database accepts writes again")]
    private static partial void LogWriteRecovered(ILogger log);
}
