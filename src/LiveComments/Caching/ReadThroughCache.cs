using System.Collections.Concurrent;

namespace LiveComments.Caching;

/// <summary>
/// A short-lived cache of a store's answers. A hit is synchronous and allocates nothing. When an answer is no longer fresh, ONE caller reloads it and waits; the others use the old one until
/// it is no longer usable, and then wait for the same reload. Nothing older than <paramref name="usable"/> is ever given. When the store's version number has not changed, an old answer
/// counts as fresh.
/// </summary>
/// <param name="capacity">Answers remembered at most. Beyond it those that say "there is none" go first, so that asking for
/// random ids does not push out what is in use.</param>
/// <param name="watch">Watches the number that changes with all that <paramref name="load"/> may answer.</param>
/// <param name="load">Asks the store. It is not cancelled with the caller, because others may wait for it too: it must bound its own time.</param>
internal sealed class ReadThroughCache<TKey, TValue>(
    int capacity, TimeSpan fresh, TimeSpan usable, VersionWatch watch, Func<TKey, CancellationToken, ValueTask<TValue?>> load, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Slot> _slots = new();
    private int _count;

    /// <summary>Answers remembered now.</summary>
    public int Count => _slots.Count;

    /// <exception cref="StoreUnavailableException">Nothing usable is remembered and the store does not answer.</exception>
    public ValueTask<TValue?> GetAsync(TKey key, CancellationToken ct)
    {
        if (_slots.TryGetValue(key, out var slot) && slot.Answer is { } answer)
        {
            var age = Age(answer);
            if (age < fresh || (age < usable && (slot.Asking || watch.Asking)))
                return new ValueTask<TValue?>(answer.Value);
        }
        return AskAsync(key, ct);
    }

    /// <summary>The next caller asks the store, whatever is under way now.</summary>
    public void Forget(TKey key)
    {
        if (_slots.TryRemove(key, out _))
            Interlocked.Decrement(ref _count);
    }

    private async ValueTask<TValue?> AskAsync(TKey key, CancellationToken ct)
    {
        var slot = _slots.GetOrAdd(key, static (_, cache) => cache.NewSlot(), this);
        try
        {
            if (slot.Answer is not null && watch.Age >= fresh)
            {
                await watch.AskAsync().WaitAsync(ct);
                if (slot.Answer is { } still && Age(still) < fresh)
                    return still.Value;
            }
            return await slot.Ask(() => LoadAsync(key, slot)).WaitAsync(ct);
        }
        catch (StoreUnavailableException) when (slot.Answer is { } answer && Age(answer) < usable)
        {
            return answer.Value;
        }
    }

    private TimeSpan Age(Answer answer) => time.GetElapsedTime(watch.RightAt(answer.At));

    private async Task<TValue?> LoadAsync(TKey key, Slot slot)
    {
        // The time before the question: a change after it may be missing from the answer.
        var asked = time.GetTimestamp();
        TValue? value;
        try
        {
            value = await load(key, CancellationToken.None);
        }
        catch when (slot.Answer is null)
        {
            // A failed question is not remembered, so that a store that is down fills no memory.
            if (_slots.TryRemove(KeyValuePair.Create(key, slot)))
                Interlocked.Decrement(ref _count);
            throw;
        }
        slot.Answer = new Answer(value, asked);
        if (Volatile.Read(ref _count) > capacity)
            Shrink();
        return value;
    }

    private Slot NewSlot()
    {
        // A slot that loses the race to be added is counted too; the count is put right when the cache shrinks.
        Interlocked.Increment(ref _count);
        return new Slot();
    }

    private void Shrink()
    {
        lock (_slots)
        {
            if (Volatile.Read(ref _count) <= capacity)
                return;
            var left = 0;
            foreach (var (key, slot) in _slots)
            {
                if (slot.Answer is not { } answer || (answer.Value is not null && Age(answer) < usable && left < capacity / 2))
                    left++;
                else
                    _slots.TryRemove(key, out _);
            }
            Volatile.Write(ref _count, left);
        }
    }

    private sealed record Answer(TValue? Value, long At);

    private sealed class Slot
    {
        private volatile Answer? _answer;
        private volatile Task<TValue?>? _question;

        public Answer? Answer
        {
            get => _answer;
            set => _answer = value;
        }

        public bool Asking => _question is { IsCompleted: false };

        public Task<TValue?> Ask(Func<Task<TValue?>> ask)
        {
            lock (this)
                return _question is { IsCompleted: false } question ? question : _question = ask();
        }
    }
}
