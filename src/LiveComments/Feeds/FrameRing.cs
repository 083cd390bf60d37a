namespace LiveComments.Feeds;

/// <summary>
/// The recent batches of one event in a ring. Only the feed writes, under its lock; everybody reads. An old batch keeps only its sample, which is small whatever the room's speed.
/// </summary>
internal sealed class FrameRing(int frames, int entries)
{
    private readonly Batch?[] _batches = new Batch?[frames];
    private long _first;
    private long _firstFull;
    private long _next;
    private long _fullEntries;

    /// <summary>The index of the next batch.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>The newest batch; null before the first.</summary>
    public Batch? Newest => BatchAt(Next - 1);

    /// <summary>The oldest batch whose entries are in memory; null when there is none.</summary>
    public Batch? FirstFull => At(Volatile.Read(ref _firstFull)) is { } batch && batch.Index >= _firstFull ? batch : null;

    /// <summary>The batch with an index; null when it is not made yet. One that is gone gives the oldest there is.</summary>
    public Batch? BatchAt(long index)
    {
        if (index >= Next)
            return null;
        var batch = At(index);
        return batch is not null && batch.Index == index ? batch : Oldest();
    }

    /// <summary>The index of the batch that holds the seq after a cursor; the oldest one when it is no longer in memory.</summary>
    public long BatchAfter(long seq)
    {
        lock (_batches)
        {
            for (var index = _next; index > _first; index--)
                if (At(index - 1)!.To <= seq)
                    return index;
            return _first;
        }
    }

    /// <summary>The newest batches whose entries are in memory, newest first.</summary>
    public IEnumerable<Batch> FullFromNewest()
    {
        for (var index = _next - 1; index >= _first && At(index)!.Entries is not null; index--)
            yield return At(index)!;
    }

    /// <summary>Adds the batch whose index is <see cref="Next"/>.</summary>
    public void Add(Batch batch)
    {
        lock (_batches)
        {
            _fullEntries += batch.Entries!.Count;
            if (_next - _first == _batches.Length)
                DropOldest();
            while (_fullEntries > entries && _firstFull < _next)
            {
                ref var oldest = ref Place(_firstFull);
                _fullEntries -= oldest!.Entries!.Count;
                Volatile.Write(ref oldest, oldest.Hollow());
                Volatile.Write(ref _firstFull, _firstFull + 1);
            }
            Volatile.Write(ref Place(_next), batch);
            Volatile.Write(ref _next, _next + 1);
        }
    }

    /// <summary>Takes a removed comment's text out of every batch.</summary>
    public void Forget(CommentId removed)
    {
        lock (_batches)
            for (var index = _first; index < _next; index++)
                if (At(index)!.Without(removed) is { } cut)
                    Volatile.Write(ref Place(index), cut);
    }

    private Batch? Oldest()
    {
        lock (_batches)
            return At(_first);
    }

    private void DropOldest()
    {
        var oldest = At(_first)!;
        _first++;
        if (_firstFull < _first)
        {
            _fullEntries -= oldest.Entries?.Count ?? 0;
            Volatile.Write(ref _firstFull, _first);
        }
    }

    private Batch? At(long index) => Volatile.Read(ref Place(index));

    private ref Batch? Place(long index) => ref _batches[index & (_batches.Length - 1)];
}
