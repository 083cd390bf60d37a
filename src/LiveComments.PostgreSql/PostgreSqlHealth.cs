using LiveComments.Stores;
using Microsoft.Extensions.Logging;

namespace LiveComments.PostgreSql;

/// <summary>What is wrong with the database. Each change is logged once, however many calls meet it.</summary>
internal sealed partial class PostgreSqlHealth(ILogger log)
{
    private static readonly int Conditions = Enum.GetValues<StoreCondition>().Length;

    private readonly Lock _gate = new();
    private readonly StoreFault?[] _faults = new StoreFault?[Conditions];

    /// <summary>Null when nothing is wrong.</summary>
    public StoreFault? Worst
    {
        get
        {
            lock (_gate)
                return Array.FindLast(_faults, fault => fault is not null);
        }
    }

    /// <summary>False from a failed write until the next successful one.</summary>
    public bool TakesWrites => !Has(StoreCondition.Failing) && !Has(StoreCondition.Full);

    public bool Has(StoreCondition condition)
    {
        lock (_gate)
            return _faults[(int)condition] is not null;
    }

    /// <summary>A call failed.</summary>
    public void Failed(Exception failure, bool writes)
    {
        if (StoreFailures.IsDamage(failure))
        {
            if (Set(StoreCondition.Damaged, "A part of the database is damaged: what needs it fails, everything else goes on. Restore a backup."))
                LogDamaged(log, failure);
        }
        else if (StoreFailures.IsFull(failure))
        {
            if (Set(StoreCondition.Full, "The database's disk is full: nothing is stored until there is room."))
                LogFull(log, failure);
        }
        else if (writes && !StoreFailures.IsContention(failure) && TakesWrites && Set(StoreCondition.Failing, "The database takes no writes; the log says why."))
            LogWriteFailed(log, failure);
    }

    /// <summary>Something was committed.</summary>
    public void Committed()
    {
        // Not with |: each is to be cleared.
        var (failing, full) = (Clear(StoreCondition.Failing), Clear(StoreCondition.Full));
        if (failing || full)
            LogWriteRecovered(log);
    }

    private bool Set(StoreCondition condition, string text)
    {
        lock (_gate)
        {
            if (_faults[(int)condition] is not null)
                return false;
            _faults[(int)condition] = new StoreFault(condition, text);
            return true;
        }
    }

    private bool Clear(StoreCondition condition)
    {
        lock (_gate)
        {
            var was = _faults[(int)condition] is not null;
            _faults[(int)condition] = null;
            return was;
        }
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
