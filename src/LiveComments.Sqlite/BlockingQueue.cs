using System.Diagnostics.CodeAnalysis;

namespace LiveComments.Sqlite;

/// <summary>
/// A bounded queue whose readers are threads that block. A channel's reader would be woken by way of the thread pool, and spin before it sleeps: two
/// switches of thread more for every write.
/// </summary>
internal sealed class BlockingQueue<T>(int capacity)
{
    private readonly Queue<T> _items = new();
    private bool _closed;

    // How many items the waiting reader wants.
    private int _wanted = 1;

    public int Count
    {
        get
        {
            lock (_items)
                return _items.Count;
        }
    }

    public bool IsClosed
    {
        get
        {
            lock (_items)
                return _closed;
        }
    }

    /// <summary>False when it is full or closed.</summary>
    public bool TryAdd(T item)
    {
        lock (_items)
        {
            if (_closed || _items.Count >= capacity)
                return false;
            _items.Enqueue(item);
            if (_items.Count >= _wanted)
                Monitor.Pulse(_items);
            return true;
        }
    }

    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        lock (_items)
            return _items.TryDequeue(out item);
    }

    /// <summary>Blocks until there is something to take; false when it is closed and empty.</summary>
    public bool Wait()
    {
        lock (_items)
        {
            while (_items.Count == 0 && !_closed)
                Monitor.Wait(_items);
            return _items.Count > 0;
        }
    }

    /// <summary>Blocks until this many items wait, the queue is closed, or the time is up. For a single reader. False when there is nothing to take.</summary>
    public bool WaitFor(int count, TimeSpan atMost)
    {
        lock (_items)
        {
            _wanted = count;
            if (_items.Count < count && !_closed)
                Monitor.Wait(_items, atMost);
            _wanted = 1;
            return _items.Count > 0;
        }
    }

    /// <summary>Takes nothing more.</summary>
    public void Close()
    {
        lock (_items)
        {
            _closed = true;
            Monitor.PulseAll(_items);
        }
    }
}
