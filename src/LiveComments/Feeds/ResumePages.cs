namespace LiveComments.Feeds;

/// <summary>
/// Pages of the log for viewers who are behind the ring. Pages are aligned, read once however many viewers want them (single flight), and kept for a while, so that a storm of reconnects
/// costs the store as much as one viewer.
/// </summary>
internal sealed class ResumePages(RoomFeed feed, IEventLog log, HotReads? hot, FeedMetrics metrics)
{
    /// <summary>Entries of a page.</summary>
    public const int Size = 256;

    /// <summary>Pages kept: more than the largest distance at which a viewer may resume.</summary>
    private const int Kept = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Task<Batch?>> _pages = [];
    private readonly Queue<long> _order = new();
    private long _generation;

    /// <summary>The page that holds the seq after a cursor; null when the log has nothing there.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public Task<Batch?> AfterAsync(long cursor)
    {
        var number = cursor / Size;
        lock (_lock)
        {
            if (_pages.TryGetValue(number, out var page) && !page.IsFaulted && !page.IsCanceled)
                return page;
            if (_order.Count == Kept)
                _pages.Remove(_order.Dequeue());
            if (!_pages.ContainsKey(number))
                _order.Enqueue(number);
            return _pages[number] = ReadAsync(number, _generation);
        }
    }

    /// <summary>Drops all pages: a comment was removed, and its text may be in any page, also in one being read.</summary>
    public void Invalidate()
    {
        lock (_lock)
        {
            _generation++;
            _pages.Clear();
            _order.Clear();
        }
    }

    private async Task<Batch?> ReadAsync(long number, long generation)
    {
        // Completes only after the page is in the dictionary, because an incomplete page is removed from it at the end.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (true)
        {
            var page = hot is null ? null : await hot.PageAsync(feed.Id, feed.Head, number * Size, Size, feed.Stopping);
            if (page is null)
            {
                metrics.PagesRead.Add(1);
                page = await log.ReadAsync(feed.Id, number * Size, Size, feed.Stopping) ?? throw new StoreUnavailableException("The log is gone.");
            }
            lock (_lock)
            {
                if (generation == _generation)
                {
                    // An incomplete page still grows, so it is returned but not kept.
                    if (page.Entries.Count < Size)
                        _pages.Remove(number);
                    return page.Entries.Count == 0 ? null : new Batch(-1, feed.Epoch, page.Entries, null, 0, 0);
                }
                generation = _generation;
            }
        }
    }
}
