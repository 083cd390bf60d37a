using LiveComments.Cassandra.Cql;
using LiveComments.Comments;

namespace LiveComments.Cassandra;

/// <summary>Reads the standing comments of a log, place after place.</summary>
internal sealed class CommentReads(LogStore store)
{
    /// <summary>Entries that are read at once, so that a few removed comments do not cost another request, and at most.</summary>
    private const int Least = 32, Most = 500;

    /// <summary>The first comments between two places, or the last; ascending or descending. Other entries and removed comments are passed over.</summary>
    /// <param name="after">A seq that is not read, nor those before it.</param>
    /// <param name="before">A seq that is not read, nor those after it.</param>
    /// <param name="where">Which comments count; null for all.</param>
    /// <returns>The comments, and up to where the log was found without a gap.</returns>
    public async Task<(List<Comment> Comments, long Reached)> ReadAsync(LogHeadRow head, long after, long before, bool newest, int limit, Func<Comment, bool>? where, CancellationToken ct)
    {
        var (comments, reached, together) = (new List<Comment>(), before - 1, Math.Clamp(limit, Least, Most));
        while (after < before - 1 && comments.Count < limit)
        {
            var (first, last) = newest ? (Math.Max(after + 1, before - together), before - 1) : (after + 1, Math.Min(before - 1, after + together));
            var (reading, changing) = (store.ReadRowsAsync(store.Tables.ReadEntries, head, first, last, ct), store.ReadStatesAsync(head, first, last, ct));
            await Task.WhenAll(reading, changing);
            var (rows, states) = (await reading, await changing);
            foreach (var row in newest ? rows.AsEnumerable().Reverse() : rows)
                if (comments.Count < limit && EntryRow.ReadStanding(row, head.Epoch, states.GetValueOrDefault(EntryRow.SeqOf(row))) is { } comment && (where is null || where(comment)))
                    comments.Add(comment);
            // The nodes that told of the head may have had more than those that told of the entries: then the log ends where these end.
            if (rows.Count < last - first + 1)
            {
                reached = Math.Min(reached, first + rows.Count - 1);
                if (!newest)
                    break;
            }
            (after, before) = newest ? (after, first) : (last, before);
        }
        return (await store.WithStatusAsync(head.Event, head.Epoch, comments, ct), reached);
    }

    /// <summary>The comments at the first of some places, in their order, without removed ones.</summary>
    public async Task<List<Comment>> ReadAsync(LogHeadRow head, IAsyncEnumerable<Row> places, int limit, CancellationToken ct)
    {
        var (comments, some) = (new List<Comment>(), new List<long>());
        await foreach (var place in places.WithCancellation(ct))
        {
            some.Add(place.GetLong(0));
            if (some.Count < Math.Clamp(limit, Least, Most))
                continue;
            await AddAsync();
            if (comments.Count >= limit)
                break;
        }
        await AddAsync();
        return comments.Count > limit ? comments[..limit] : comments;

        async Task AddAsync()
        {
            var found = await store.ReadCommentsAsync(head.Event, head.Epoch, some, ct);
            foreach (var seq in some)
                if (found.TryGetValue(seq, out var one) && one.Removal is null)
                    comments.Add(one.Comment);
            some.Clear();
        }
    }

    /// <summary>The last seq that is older than a time; 0 when there is none. Times never decrease along seq and no seq is missing, so that halving finds it.</summary>
    public async Task<long> LastBeforeAsync(LogHeadRow head, DateTimeOffset time, CancellationToken ct)
    {
        if (head.Time < time)
            return head.Seq;
        var (low, high) = (0L, head.Seq);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (await TimeOfAsync(middle) is { } found && found < time)
                low = middle;
            else
                high = middle - 1;
        }
        return low;

        async Task<DateTimeOffset?> TimeOfAsync(long seq)
        {
            // It may have been written together with the last of the bucket before.
            for (var (bucket, tries) = (store.BucketOf(seq), 2); bucket >= 0 && tries > 0; bucket--, tries--)
                if (await store.ExecuteAsync(store.Tables.ReadTime, ct, head.Event.Value, head.Epoch, bucket, seq) is { Count: > 0 } found)
                    return found[0].GetTime(0);
            return null;
        }
    }
}
