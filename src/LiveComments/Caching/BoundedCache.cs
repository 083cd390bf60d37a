using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace LiveComments.Caching;

/// <summary>
/// A dictionary that forgets what was not used lately. It has two generations of half the capacity each: a value that is read stays; a value that nobody read while a generation filled up is
/// dropped. Reading takes no lock and allocates nothing.
/// </summary>
/// <param name="capacity">Most values held at a time.</param>
public sealed class BoundedCache<TKey, TValue>(int capacity, IEqualityComparer<TKey>? comparer = null) where TKey : notnull
{
    private readonly Lock _writing = new();
    private volatile ConcurrentDictionary<TKey, TValue> _young = new(comparer);
    private volatile ConcurrentDictionary<TKey, TValue> _old = new(comparer);
    private long _removals;

    /// <summary>Changes with every removal: take it before reading what is to be cached, and give it to <see cref="Set"/>.</summary>
    public long Stamp => Volatile.Read(ref _removals);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) =>
        _young.TryGetValue(key, out value) || (_old.TryGetValue(key, out value) && Promote(key, out value));

    /// <summary>Keeps a value, unless something was removed since <paramref name="stamp"/>: then the value may be older than the change.</summary>
    public void Set(TKey key, TValue value, long stamp)
    {
        lock (_writing)
            if (stamp == _removals)
                Add(key, value);
    }

    public void Remove(TKey key)
    {
        lock (_writing)
        {
            Volatile.Write(ref _removals, _removals + 1);
            _young.TryRemove(key, out _);
            _old.TryRemove(key, out _);
        }
    }

    public void Clear()
    {
        lock (_writing)
        {
            Volatile.Write(ref _removals, _removals + 1);
            _young = new(comparer);
            _old = new(comparer);
        }
    }

    private bool Promote(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_writing)
        {
            if (_young.TryGetValue(key, out value))
                return true;
            if (!_old.TryGetValue(key, out value))
                return false;
            Add(key, value);
            return true;
        }
    }

    private void Add(TKey key, TValue value)
    {
        // Count takes every lock of the dictionary, which only writers pay, and only this class writes.
        if (_young.Count >= Math.Max(1, capacity / 2) && !_young.ContainsKey(key))
        {
            _old = _young;
            _young = new(comparer);
        }
        _young[key] = value;
    }
}
