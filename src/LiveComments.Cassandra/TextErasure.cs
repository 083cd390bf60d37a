using System.Collections.Concurrent;
using LiveComments.Cassandra.Cql;

namespace LiveComments.Cassandra;

/// <summary>Erases for ever what a log has of removed comments.</summary>
internal static class TextErasure
{
    /// <summary>
    /// Erases comments whose removals are still the last word on them. They are marked before, and then the head of the log is moved on without an entry, unless somebody else moves it: a
    /// restoration that has not seen the marks finds another head and writes nothing. One that came before is seen then, and its comment keeps its text.
    /// </summary>
    /// <param name="removals">By the place of the comment, the seq of the removal.</param>
    /// <param name="wholly">Whether names, pictures, clients, and whatever other entries have of these comments are erased too.</param>
    public static async Task EraseAsync(LogStore store, EventId id, long epoch, IReadOnlyDictionary<long, long> removals, bool wholly, CancellationToken ct)
    {
        if (await LoadAsync() is null || await DueAsync() is not { Count: > 0 } marked)
            return;
        await LogStore.EachAsync(marked, seq => store.ExecuteAsync(store.Tables.PutErased, ct, removals[seq], id.Value, epoch, store.BucketOf(seq), seq), ct);
        if (await LoadAsync() is not { } head)
            return;
        if (!await store.AppendAsync(head, head with { Erasures = head.Erasures + 1 }, [], Guid.NewGuid(), ct) && await LoadAsync() is null)
            return;
        var due = new ConcurrentBag<(int Bucket, long Seq, Guid Comment)>();
        await LogStore.EachAsync(await DueAsync(), async seq =>
        {
            if (await store.FindEntryAsync(id, epoch, seq, ct) is not var (bucket, row))
                return;
            var entry = EntryRow.ReadFacts(row);
            var comment = entry.Comment!.Value.Value;
            due.Add((bucket, seq, comment));
            foreach (var mention in entry.Mentions)
                await store.ExecuteAsync(store.Tables.ForgetMention, ct, mention.UserId.Value, comment);
            if (wholly)
                await foreach (var about in store.RowsAsync(store.Tables.ReadAbout, ct, id.Value, epoch, comment))
                    if (await store.FindEntryAsync(id, epoch, about.GetLong(0), ct) is var (place, _))
                        due.Add((place, about.GetLong(0), comment));
        }, ct);
        // By conditional writes: Cassandra keeps the last of a partition for days, so that the last append of a bucket would still have its texts.
        var erase = wholly ? store.Tables.EraseEntry : store.Tables.EraseText;
        foreach (var bucket in due.GroupBy(entry => entry.Bucket))
            await store.WriteAsync(bucket.Select(entry => new Bound(erase, id.Value, epoch, entry.Bucket, entry.Seq, entry.Comment)), ct);

        // Null when it was deleted: then its rows are deleted too.
        async Task<LogHeadRow?> LoadAsync() => await store.LoadSettledAsync(id, null, creates: false, ct) is { } log && log.Epoch == epoch ? log : null;

        async Task<List<long>> DueAsync()
        {
            var states = await store.ReadStatesAsync(id, epoch, removals.Keys, ct);
            return [.. removals.Where(removal => states.GetValueOrDefault(removal.Key).Removal?.Position.Seq == removal.Value).Select(removal => removal.Key)];
        }
    }
}
