namespace LiveComments.Akka;

/// <summary>
/// The places of a bounded queue, taken before the work that leads to it: what would find the queue full waits before anything is spent on it. Whoever waited longest comes first, and no
/// more may wait than the queue holds.
/// </summary>
internal sealed class Places
{
    private readonly int _limit;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private int _free;
    private int _wanted;

    public Places(int limit, TimeProvider time) => (_limit, _free, _time) = (limit, limit, time);

    /// <summary>True when nobody holds a place.</summary>
    public bool AreAllFree
    {
        get
        {
            lock (_lock)
                return _free == _limit;
        }
    }

    /// <summary>Takes as many places at once, as soon as so many are free; false when they were not in time, or when too many wait. More than there are count as all.</summary>
    public async ValueTask<bool> TakeAsync(int count, TimeSpan patience)
    {
        count = Math.Min(count, _limit);
        Waiter waiter;
        lock (_lock)
        {
            if (_waiters.Count == 0 && _free >= count)
            {
                _free -= count;
                return true;
            }
            if (patience <= TimeSpan.Zero || (_waiters.Count > 0 && _wanted + count > _limit))
                return false;
            _wanted += count;
            waiter = new Waiter(count);
            _waiters.AddLast(waiter);
        }
        try
        {
            await waiter.Task.WaitAsync(patience, _time);
            return true;
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                // It may have got its places at the last moment.
                if (!_waiters.Remove(waiter))
                    return true;
                _wanted -= count;
                Serve();
                return false;
            }
        }
    }

    public void GiveBack(int count)
    {
        lock (_lock)
        {
            _free = Math.Min(_limit, _free + count);
            Serve();
        }
    }

    /// <summary>Under the lock: gives free places to whoever waits first.</summary>
    private void Serve()
    {
        while (_waiters.First is { Value: var first } && _free >= first.Count)
        {
            _waiters.RemoveFirst();
            _free -= first.Count;
            _wanted -= first.Count;
            first.SetResult();
        }
    }

    private sealed class Waiter(int count) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Count => count;
    }
}
