namespace LiveComments.Stores;

/// <summary>What is wrong with a store at present: at most one fault of each condition. Safe for several threads.</summary>
public sealed class StoreFaults
{
    private readonly Lock _lock = new();
    private readonly StoreFault?[] _faults = new StoreFault?[Enum.GetValues<StoreCondition>().Length];

    /// <summary>Null when nothing is wrong.</summary>
    public StoreFault? Worst
    {
        get
        {
            lock (_lock)
                return Array.FindLast(_faults, fault => fault is not null);
        }
    }

    public bool Has(StoreCondition condition)
    {
        lock (_lock)
            return _faults[(int)condition] is not null;
    }

    /// <summary>True when this is new.</summary>
    public bool Set(StoreCondition condition, string text)
    {
        lock (_lock)
        {
            if (_faults[(int)condition] is not null)
                return false;
            _faults[(int)condition] = new StoreFault(condition, text);
            return true;
        }
    }

    /// <summary>True when there was one.</summary>
    public bool Clear(StoreCondition condition)
    {
        lock (_lock)
        {
            var was = _faults[(int)condition] is not null;
            _faults[(int)condition] = null;
            return was;
        }
    }
}
