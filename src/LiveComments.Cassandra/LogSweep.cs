using LiveComments.Log;

namespace LiveComments.Cassandra;

/// <summary>Deletes logs: at once for everybody, and their rows in steps so short that live traffic does not notice.</summary>
internal static class LogSweep
{
    /// <summary>Comments of one step.</summary>
    private const int Rows = 500;

    /// <summary>Nothing finds the log any more, and nothing can be placed in it. It is remembered before, so that its rows are deleted whatever happens.</summary>
    public static async Task CloseAsync(LogStore store, EventId id, CancellationToken ct)
    {
        while (await store.ExecuteAsync(store.Tables.FindLogSerially, ct, id.Value) is { Count: > 0 } found)
        {
            var epoch = found[0].GetLong(0);
            await store.ExecuteAsync(store.Tables.PutDeleted, ct, id.Value, epoch);
            if (await store.TryCloseAsync(id, epoch, ct))
            {
                await store.ExecuteAsync(store.Tables.RemoveLog, ct, id.Value, epoch);
                return;
            }
        }
    }

    /// <summary>
    /// One step; true when no deleted log has rows left. The heads of its buckets stay: a node that still knows the end that one of them had would otherwise find none there and begin the bucket again.
    /// </summary>
    public static async Task<bool> StepAsync(LogStore store, CancellationToken ct)
    {
        var next = await store.ExecuteAsync(store.Tables.NextDeleted, ct);
        if (next.Count == 0)
            return true;
        var (id, epoch) = (new EventId(next[0].GetGuid(0)), next[0].GetLong(1));
        var last = (await store.FindHeadAsync(id, epoch, null, store.Tables.ReadHeadSerially, ct)).Bucket;
        for (var bucket = 0; bucket <= last; bucket++)
            if (await store.FirstEntriesAsync(id, epoch, bucket, Rows, ct) is { Count: > 0 } entries)
            {
                await LogStore.EachAsync(entries, entry => ForgetAsync(store, id, epoch, entry, ct), ct);
                await store.ExecuteAsync(store.Tables.ForgetEntries, ct, id.Value, epoch, bucket, entries[^1].Seq);
                return false;
            }
        // The last write of a bucket may pass its end; what changes of its comments stands where they are by number.
        for (var bucket = 0; bucket <= last + 1; bucket++)
            await store.ExecuteAsync(store.Tables.ForgetStates, ct, id.Value, epoch, bucket);
        await store.ExecuteAsync(store.Tables.ForgetDeleted, ct, id.Value, epoch);
        return (await store.ExecuteAsync(store.Tables.NextDeleted, ct)).Count == 0;
    }

    private static async Task ForgetAsync(LogStore store, EventId id, long epoch, LogEntry entry, CancellationToken ct)
    {
        if (entry.Kind == EntryKind.Comment && entry.Comment is { } comment)
            await store.ExecuteAsync(store.Tables.ForgetComment, ct, id.Value, epoch, comment.Value);
        if (entry.Key is not null)
            await store.ExecuteAsync(store.Tables.ForgetKey, ct, entry.Key, epoch);
    }
}
