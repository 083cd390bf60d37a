namespace LiveComments.Stores;

/// <summary>
/// What is written to each event on this node, one transaction after the other in the order of the calls: connections of a pool would let a later call pass an earlier one. What comes while a
/// transaction is under way shares the next.
/// </summary>
/// <param name="write">Writes drafts of one event, in one transaction, and answers each in its place. It ends in time.</param>
/// <param name="patience">How long a call waits for its turn.</param>
/// <param name="limit">Calls that may wait.</param>
/// <param name="together">Drafts that are written in one transaction when several calls wait for the same event.</param>
public sealed class EventLanes<TDraft, TResult>(Func<EventId, IReadOnlyList<TDraft>, Task<IReadOnlyList<TResult>>> write, TimeSpan patience, int limit, int together)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EventId, Queue<WaitingCall<TDraft, TResult>>> _lanes = [];
    private int _waiting;

    /// <exception cref="StoreUnavailableException">It did not have its turn in time, or its transaction failed.</exception>
    public async Task<IReadOnlyList<TResult>> WriteAsync(EventId id, IReadOnlyList<TDraft> drafts, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var call = new WaitingCall<TDraft, TResult>(drafts);
        Queue<WaitingCall<TDraft, TResult>>? idle = null;
        lock (_gate)
        {
            if (_waiting >= limit)
                throw new StoreUnavailableException("The store has as much work waiting as it takes.");
            _waiting++;
            if (!_lanes.TryGetValue(id, out var lane))
                _lanes.Add(id, idle = lane = new Queue<WaitingCall<TDraft, TResult>>());
            lane.Enqueue(call);
        }
        // Never fails: each failure is its callers'.
        if (idle is not null)
            _ = DrainAsync(id, idle);
        try
        {
            return await call.Task.WaitAsync(patience, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (call.Task.IsCompleted)
                return await call.Task;
            if (call.TryCancel())
            {
                ct.ThrowIfCancellationRequested();
                throw new StoreUnavailableException("The store did not get to it in time; nothing was done.", inner: e);
            }
        }
        // Its transaction has begun and ends in time.
        return await call.Task;
    }

    private async Task DrainAsync(EventId id, Queue<WaitingCall<TDraft, TResult>> lane)
    {
        while (Take(id, lane) is { Count: > 0 } calls)
            if (!await TryWriteAsync(id, calls))
                // One of them is a mistake, and the others have nothing to do with it.
                foreach (var call in calls)
                    await TryWriteAsync(id, [call]);
    }

    /// <summary>The calls that share the next transaction; none when the lane is empty and closed.</summary>
    private List<WaitingCall<TDraft, TResult>> Take(EventId id, Queue<WaitingCall<TDraft, TResult>> lane)
    {
        var (taken, drafts) = (new List<WaitingCall<TDraft, TResult>>(), 0);
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
    private async Task<bool> TryWriteAsync(EventId id, List<WaitingCall<TDraft, TResult>> calls)
    {
        try
        {
            var drafts = calls.Count == 1 ? calls[0].Drafts : [.. calls.SelectMany(call => call.Drafts)];
            var results = await write(id, drafts);
            var first = 0;
            foreach (var call in calls)
            {
                call.Answer(calls.Count == 1 ? results : [.. results.Skip(first).Take(call.Drafts.Count)]);
                first += call.Drafts.Count;
            }
        }
        catch (Exception e)
        {
            if (e is not StoreUnavailableException && calls.Count > 1)
                return false;
            calls.ForEach(call => call.Fail(e));
        }
        return true;
    }
}
