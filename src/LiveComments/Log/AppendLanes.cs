namespace LiveComments.Log;

/// <summary>
/// The appends of each event on this node, one transaction after the other in the order of the calls: connections of a pool would let a later call pass an earlier one. What comes while a
/// transaction is under way shares the next.
/// </summary>
/// <param name="place">Places drafts in one log, in one transaction. It ends in time.</param>
/// <param name="patience">How long a call waits for its turn.</param>
/// <param name="limit">Calls that may wait.</param>
/// <param name="together">Drafts that are placed in one transaction when several calls wait for the same event.</param>
public sealed class AppendLanes(Func<EventId, IReadOnlyList<EntryDraft>, Task<IReadOnlyList<AppendResult>>> place, TimeSpan patience, int limit, int together)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EventId, Queue<WaitingAppend>> _lanes = [];
    private int _waiting;

    /// <exception cref="StoreUnavailableException">It did not have its turn in time, or its transaction failed.</exception>
    public async Task<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var append = new WaitingAppend(drafts);
        Queue<WaitingAppend>? idle = null;
        lock (_gate)
        {
            if (_waiting >= limit)
                throw new StoreUnavailableException("The store has as much work waiting as it takes.");
            _waiting++;
            if (!_lanes.TryGetValue(id, out var lane))
                _lanes.Add(id, idle = lane = new Queue<WaitingAppend>());
            lane.Enqueue(append);
        }
        // Never fails: each failure is its callers'.
        if (idle is not null)
            _ = DrainAsync(id, idle);
        try
        {
            return await append.Task.WaitAsync(patience, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (append.Task.IsCompleted)
                return await append.Task;
            if (append.TryCancel())
            {
                ct.ThrowIfCancellationRequested();
                throw new StoreUnavailableException("The store did not get to it in time; nothing was done.", inner: e);
            }
        }
        // Its transaction has begun and ends in time.
        return await append.Task;
    }

    private async Task DrainAsync(EventId id, Queue<WaitingAppend> lane)
    {
        while (Take(id, lane) is { Count: > 0 } calls)
            if (!await TryPlaceAsync(id, calls))
                // One of them is a mistake, and the others have nothing to do with it.
                foreach (var append in calls)
                    await TryPlaceAsync(id, [append]);
    }

    /// <summary>The calls that share the next transaction; none when the lane is empty and closed.</summary>
    private List<WaitingAppend> Take(EventId id, Queue<WaitingAppend> lane)
    {
        var (taken, drafts) = (new List<WaitingAppend>(), 0);
        lock (_gate)
        {
            while (lane.TryPeek(out var next) && (drafts == 0 || drafts + next.Drafts.Count <= together))
            {
                lane.Dequeue();
                _waiting--;
                if (!next.TryStart())
                    continue;
                taken.Add(next);
                drafts += next.Drafts.Count;
            }
            if (taken.Count == 0)
                _lanes.Remove(id);
        }
        return taken;
    }

    /// <summary>False when several calls failed together because of a mistake in one of them.</summary>
    private async Task<bool> TryPlaceAsync(EventId id, List<WaitingAppend> calls)
    {
        try
        {
            var drafts = calls.Count == 1 ? calls[0].Drafts : [.. calls.SelectMany(append => append.Drafts)];
            var results = await place(id, drafts);
            var first = 0;
            foreach (var append in calls)
            {
                append.Answer(calls.Count == 1 ? results : [.. results.Skip(first).Take(append.Drafts.Count)]);
                first += append.Drafts.Count;
            }
        }
        catch (Exception e)
        {
            if (e is not StoreUnavailableException && calls.Count > 1)
                return false;
            calls.ForEach(append => append.Fail(e));
        }
        return true;
    }
}
