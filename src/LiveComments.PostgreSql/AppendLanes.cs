using LiveComments.Log;

namespace LiveComments.PostgreSql;

/// <summary>
/// The appends of each event on this node, one transaction after the other in the order of the calls: connections of a pool would let a later call pass an earlier one. What comes while a
/// transaction is under way shares the next.
/// </summary>
internal sealed class AppendLanes(PostgreSqlDatabase database, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EventId, Queue<WaitingAppend>> _lanes = [];
    private int _waiting;

    /// <summary>The caller is answered within the time limit of the store, half of it for waiting and half for the transaction.</summary>
    public async Task<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var append = new WaitingAppend(drafts);
        Queue<WaitingAppend>? idle = null;
        lock (_gate)
        {
            if (_waiting >= database.Options.Calls)
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
            return await append.Task.WaitAsync(Half, ct);
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

    private TimeSpan Half => database.Options.Timeout / 2;

    private async Task DrainAsync(EventId id, Queue<WaitingAppend> lane)
    {
        while (Take(id, lane) is { Count: > 0 } together)
            if (!await TryPlaceAsync(id, together))
                // One of them is a mistake, and the others have nothing to do with it.
                foreach (var append in together)
                    await TryPlaceAsync(id, [append]);
    }

    /// <summary>The calls that share the next transaction; none when the lane is empty and closed.</summary>
    private List<WaitingAppend> Take(EventId id, Queue<WaitingAppend> lane)
    {
        var (together, drafts) = (new List<WaitingAppend>(), 0);
        lock (_gate)
        {
            while (lane.TryPeek(out var next) && (drafts == 0 || drafts + next.Drafts.Count <= database.Options.AppendTogether))
            {
                lane.Dequeue();
                _waiting--;
                if (!next.TryStart())
                    continue;
                together.Add(next);
                drafts += next.Drafts.Count;
            }
            if (together.Count == 0)
                _lanes.Remove(id);
        }
        return together;
    }

    /// <summary>False when several calls failed together because of a mistake in one of them.</summary>
    private async Task<bool> TryPlaceAsync(EventId id, List<WaitingAppend> together)
    {
        try
        {
            var drafts = together.Count == 1 ? together[0].Drafts : [.. together.SelectMany(append => append.Drafts)];
            var results = await database.WriteAsync(call => LogAppend.RunAsync(call, id, drafts, time.GetUtcNow()), Half, CancellationToken.None);
            var first = 0;
            foreach (var append in together)
            {
                append.Answer(together.Count == 1 ? results : [.. results.Skip(first).Take(append.Drafts.Count)]);
                first += append.Drafts.Count;
            }
        }
        catch (Exception e)
        {
            if (e is not StoreUnavailableException && together.Count > 1)
                return false;
            together.ForEach(append => append.Fail(e));
        }
        return true;
    }
}
