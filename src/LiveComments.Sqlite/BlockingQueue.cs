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

    public int Count
    {
        get
        {
            lock (_items)
                return _items.Count;
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
