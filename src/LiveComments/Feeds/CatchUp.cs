using LiveComments.Log;

namespace LiveComments.Feeds;

/// <summary>Reads from the log the entries that a feed was not told about. At most one read per feed is under way.</summary>
/// <param name="take">Gives entries to the feed, which takes those that come next; returns the seq up to which the feed has all.</param>
internal sealed class CatchUp(EventId id, long epoch, FanOut fanOut, Func<IReadOnlyList<Entry>, long> take)
{
    /// <summary>Entries of one read at most.</summary>
    private const int Page = 512;

    /// <summary>Between two tries.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long _reaches;
    private bool _reading;

    /// <summary>The log is known to reach a seq, which the feed may not have.</summary>
    public void Reach(long seq, long shown)
    {
        lock (_lock)
        {
            _reaches = Math.Max(_reaches, seq);
            if (_reaches <= shown)
                return;
        }
        Begin();
    }

    /// <summary>Starts reading what the log has beyond the feed, when an announcement may have been lost.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_reading)
                return;
            _reading = true;
        }
        fanOut.Own(ReadOnAsync());
    }

    /// <summary>Reads what the log has beyond the feed now: a client may know of entries before this node does.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask OnceAsync(CancellationToken ct)
    {
        while (await AfterAsync(take([]), ct) is { } page && page.Head.Epoch == epoch && take(page.Entries) < page.Head.Seq && page.Entries.Count > 0)
        {
        }
    }

    /// <summary>
    /// After an append with an unknown outcome, looks for entries that were stored all the same, so that they are shown even if nobody retries. A store that hung may show them only when it
    /// answers again, so this looks for a minute.
    /// </summary>
    public async Task FollowUpAsync()
    {
        for (var wait = TimeSpan.FromSeconds(1); wait < TimeSpan.FromMinutes(1); wait *= 2)
        {
            await Task.Delay(wait, fanOut.Time, fanOut.Stopping);
            try
            {
                await OnceAsync(fanOut.Stopping);
            }
            catch (StoreUnavailableException)
            {
                // Asked again.
            }
        }
    }

    private async Task ReadOnAsync()
    {
        try
        {
            await ReadAsync();
        }
        catch
        {
            // The failure is logged. The next hint must find that nobody reads.
            lock (_lock)
                _reading = false;
            throw;
        }
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            var before = take([]);
            var page = await PageAsync(before);
            var after = take(page?.Entries ?? []);
            lock (_lock)
                // Decided in the lock: a later hint starts another read.
                if (page is null || page.Head.Epoch != epoch || after >= Math.Max(_reaches, page.Head.Seq))
                {
                    _reading = false;
                    return;
                }
            if (after == before)
                await Task.Delay(Pause, fanOut.Time, fanOut.Stopping);
        }
    }

    private ValueTask<LogPage?> AfterAsync(long seq, CancellationToken ct)
    {
        fanOut.Metrics.Read(FeedMetrics.Repair);
        return fanOut.Log.ReadAsync(id, seq, Page, ct);
    }

    /// <summary>The log after a seq, as soon as the store answers; null when there is no log any more.</summary>
    private async ValueTask<LogPage?> PageAsync(long after)
    {
        while (true)
            try
            {
                return await AfterAsync(after, fanOut.Stopping);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(Pause, fanOut.Time, fanOut.Stopping);
            }
    }
}
