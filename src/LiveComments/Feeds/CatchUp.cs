using LiveComments.Log;

namespace LiveComments.Feeds;

/// <summary>Reads from the log what a feed was not told, or heard of out of order. At most one reading of a feed is under way.</summary>
/// <param name="take">Shows the next entries of the log, in the feed's order; the place the feed has then.</param>
internal sealed class CatchUp(EventId id, long epoch, FanOut fanOut, Func<IReadOnlyList<Entry>, long> take)
{
    /// <summary>Entries of one reading at most.</summary>
    private const int Page = 512;

    /// <summary>Between two tries to read what the log is known to have.</summary>
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

    /// <summary>Reads what the log has beyond the feed; for when an announcement may have been lost.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_reading)
                return;
            _reading = true;
        }
        fanOut.Own(ReadAsync());
    }

    /// <summary>Reads once what the log has beyond the feed: somebody may have heard of it before this node.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask OnceAsync(CancellationToken ct)
    {
        if (await fanOut.Log.ReadAsync(id, take([]), Page, ct) is { } page && page.Head.Epoch == epoch)
            take(page.Entries);
    }

    /// <summary>
    /// After an append whose outcome is unknown: what was stored all the same is shown also when nobody retries it. A store that
    /// hung may bring it to light only when it answers again, so this looks for a minute.
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

    private async Task ReadAsync()
    {
        while (true)
        {
            var before = take([]);
            var page = await PageAsync(before);
            var after = take(page?.Entries ?? []);
            lock (_lock)
                // In the lock: what is heard of from here on starts another reading.
                if (page is null || page.Head.Epoch != epoch || after >= Math.Max(_reaches, page.Head.Seq))
                {
                    _reading = false;
                    return;
                }
            if (after == before)
                await Task.Delay(Pause, fanOut.Time, fanOut.Stopping);
        }
    }

    /// <summary>The log after a seq, as soon as the store answers; null when there is no log any more.</summary>
    private async ValueTask<LogPage?> PageAsync(long after)
    {
        while (true)
            try
            {
                return await fanOut.Log.ReadAsync(id, after, Page, fanOut.Stopping);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(Pause, fanOut.Time, fanOut.Stopping);
            }
    }
}
