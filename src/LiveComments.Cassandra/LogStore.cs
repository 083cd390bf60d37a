using LiveComments.Cassandra.Cql;
using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.Cassandra;

/// <summary>Finds and writes the rows of logs.</summary>
/// <param name="bucketSize">Entries of a partition, so that it stays below 100 MB; the last write that begins in one may pass its end.</param>
internal sealed class LogStore(Session session, LogTables tables, int bucketSize)
{
    /// <summary>Requests of one call that are under way at once.</summary>
    private const int Together = 128;

    public LogTables Tables => tables;

    /// <summary>Where the next entry goes.</summary>
    public int NextBucket(LogHeadRow head) => IsFull(head) ? head.Bucket + 1 : head.Bucket;

    /// <summary>The end of a log as whoever appends must know it; null when there is none and none is to be created.</summary>
    public async Task<LogHeadRow?> LoadAsync(EventId id, LogHeadRow? hint, bool creates, CancellationToken ct)
    {
        while (true)
        {
            var found = await ExecuteAsync(tables.FindLogSerially, ct, id.Value);
            if (found.Count > 0)
            {
                var epoch = found[0].GetLong(0);
                var head = await FindHeadAsync(id, epoch, hint, tables.ReadHeadSerially, ct);
                if (!head.IsClosed)
                    return head.Seq > 0 || creates ? head : null;
                // It was deleted, and whoever did so has not come to the end.
                if (!creates)
                    return null;
                await ExecuteAsync(tables.ReplaceLog, ct, Random.Shared.NextInt64(), id.Value, epoch);
            }
            else if (creates)
                await ExecuteAsync(tables.CreateLog, ct, id.Value, Random.Shared.NextInt64());
            else
                return null;
        }
    }

    /// <summary>The end of a log for readers; null when there is none.</summary>
    public async Task<LogHeadRow?> FindAsync(EventId id, LogHeadRow? hint, CancellationToken ct)
    {
        var found = await ExecuteAsync(tables.FindLog, ct, id.Value);
        return found.Count > 0 && await FindHeadAsync(id, found[0].GetLong(0), hint, tables.ReadHead, ct) is { Seq: > 0 } head ? head : null;
    }

    /// <summary>Writes entries and moves the head, if it is where it was; else nothing.</summary>
    /// <param name="before">The end of the log before them.</param>
    /// <param name="after">And after.</param>
    /// <param name="writer">Tells this write from those of others.</param>
    /// <returns>Whether it wrote.</returns>
    /// <exception cref="CqlException">With <see cref="CqlException.MayHaveHappened"/> nobody knows whether it wrote: ask again with the same values.</exception>
    public async Task<bool> AppendAsync(LogHeadRow before, LogHeadRow after, IReadOnlyList<LogEntry> entries, Guid writer, CancellationToken ct)
    {
        var bucket = NextBucket(before);
        object?[] head = [after.Seq, after.Time, (byte)after.Status, after.Pinned?.Value, before.Seq, before.Event.Value, before.Epoch, bucket];
        var begins = bucket != before.Bucket || before.Seq == 0;
        var batch = new List<Bound>(entries.Count + 1) { begins ? new Bound(tables.BeginBucket, head) : new Bound(tables.MoveHead, [.. head, before.Seq]) };
        batch.AddRange(entries.Select((entry, index) => Insert(before, bucket, entry, index == 0 ? writer : null)));
        if ((await session.BatchAsync(batch, ct)).WasApplied)
            return true;
        // Somebody has moved the head: this very write, when it was asked for before and its answer was lost.
        var found = await ExecuteAsync(tables.FindWriter, ct, before.Event.Value, before.Epoch, bucket, before.Seq + 1);
        return found.Count > 0 && found[0].GetGuidOrNull(0) == writer;
    }

    /// <summary>Writes what follows from entries into the other tables. It may be done again at any time.</summary>
    public async Task SettleAsync(LogHeadRow head, IReadOnlyList<LogEntry> entries, CancellationToken ct)
    {
        var (log, epoch) = (head.Event.Value, head.Epoch);
        var writes = new List<Bound>();
        foreach (var entry in entries.Where(entry => entry.Kind == EntryKind.Comment))
        {
            writes.Add(new Bound(tables.PutComment, log, epoch, entry.Comment!.Value.Value, entry.Seq, entry.Time, entry.By!.Value.Value, entry.Thread?.Value, entry.ThreadSeq));
            if (entry.Key is not null)
                writes.Add(new Bound(tables.PutKey, entry.Key, epoch, EntryRow.WriteFingerprint(entry.Fingerprint!.Value), entry.Comment.Value.Value, entry.By.Value.Value, entry.Seq, entry.Time));
        }
        // Of several changes of one comment the last counts.
        foreach (var last in entries.Where(entry => entry.CommentSeq is not null).GroupBy(entry => entry.CommentSeq!.Value).Select(changes => changes.Last()))
        {
            var isRemoval = last.Kind == EntryKind.Removal;
            writes.Add(new Bound(tables.PutRemoval, last.Seq, isRemoval ? (long?)last.Seq : null, isRemoval ? (DateTimeOffset?)last.Time : null, isRemoval ? last.By?.Value : null,
                log, epoch, BucketOf(last.CommentSeq!.Value), last.CommentSeq.Value));
        }
        foreach (var last in entries.Where(entry => entry.ThreadSeq is not null).GroupBy(entry => entry.ThreadSeq!.Value).Select(changes => changes.Last()))
            writes.Add(new Bound(tables.PutReplies, last.Seq, last.Replies!.Value, log, epoch, BucketOf(last.ThreadSeq!.Value), last.ThreadSeq.Value));
        await EachAsync(writes, write => session.ExecuteAsync(write, ct), ct);
    }

    /// <summary>Entries from one seq to another, ascending, as far as the nodes that answer have them without a gap.</summary>
    /// <param name="read">Which columns: the first is the seq.</param>
    public async Task<List<Row>> ReadRowsAsync(Statement read, LogHeadRow head, long first, long last, CancellationToken ct)
    {
        var rows = new List<Row>();
        while (first + rows.Count <= last)
        {
            var (at, bucket) = (rows.Count, BucketOf(first + rows.Count));
            await ReadBucketAsync(bucket);
            // It may have been written together with the last of the bucket before.
            if (rows.Count == at && bucket > 0)
                await ReadBucketAsync(bucket - 1);
            if (rows.Count == at)
                break;
        }
        return rows;

        async Task ReadBucketAsync(int bucket)
        {
            await foreach (var row in session.RowsAsync(new Bound(read, head.Event.Value, head.Epoch, bucket, first + rows.Count, last), ct))
            {
                if (EntryRow.SeqOf(row) != first + rows.Count)
                    break;
                rows.Add(row);
            }
        }
    }

    /// <summary>What has changed of the comments from one seq to another.</summary>
    public async Task<Dictionary<long, StateRow>> ReadStatesAsync(LogHeadRow head, long first, long last, CancellationToken ct)
    {
        var states = new Dictionary<long, StateRow>();
        for (var bucket = BucketOf(first); bucket <= BucketOf(last); bucket++)
            await foreach (var row in session.RowsAsync(new Bound(tables.ReadStates, head.Event.Value, head.Epoch, bucket, first, last), ct))
                states.Add(row.GetLong(0), StateRow.Read(row, head.Epoch));
        return states;
    }

    public async Task<StateRow> ReadStateAsync(LogHeadRow head, long seq, CancellationToken ct) => (await ReadStatesAsync(head, seq, seq, ct)).GetValueOrDefault(seq);

    public async Task<KnownComment?> FindCommentAsync(LogHeadRow head, CommentId id, CancellationToken ct)
    {
        var found = await ExecuteAsync(tables.FindComment, ct, head.Event.Value, head.Epoch, id.Value);
        if (found.Count == 0)
            return null;
        var row = found[0];
        var state = await ReadStateAsync(head, row.GetLong(0), ct);
        return new KnownComment(id, new Position(head.Epoch, row.GetLong(0)), row.GetTime(1), new UserId(row.GetGuid(2)), row.GetGuidOrNull(3) is { } thread ? new CommentId(thread) : null)
        {
            Removal = state.Removal,
            Replies = state.Replies,
        };
    }

    public async Task<EarlierComment?> FindKeyAsync(LogHeadRow head, byte[] key, CancellationToken ct)
    {
        var found = await ExecuteAsync(tables.FindKey, ct, key, head.Epoch);
        return found.Count == 0 ? null : new EarlierComment(
            new CommentId(found[0].GetGuid(1)), new UserId(found[0].GetGuid(2)), new Position(head.Epoch, found[0].GetLong(3)), found[0].GetTime(4), EntryRow.ReadFingerprint(found[0].GetBytes(0)));
    }

    /// <summary>The comment at a place, also when it was removed, and its removal.</summary>
    public async Task<(Comment Comment, Removal? Removal)?> ReadCommentAsync(LogHeadRow head, long seq, CancellationToken ct)
    {
        var rows = await ReadRowsAsync(tables.ReadEntries, head, seq, seq, ct);
        if (rows.Count == 0)
            return null;
        var state = await ReadStateAsync(head, seq, ct);
        return (EntryRow.ReadComment(rows[0], head.Epoch, state), state.Removal);
    }

    /// <summary>Closes a log; false when something was placed in it meanwhile.</summary>
    public async Task<bool> TryCloseAsync(EventId id, long epoch, CancellationToken ct)
    {
        var head = await FindHeadAsync(id, epoch, null, tables.ReadHeadSerially, ct);
        if (head.IsClosed)
            return true;
        var bucket = NextBucket(head);
        var closing = head.Seq == 0 || bucket != head.Bucket
            ? await ExecuteAsync(tables.CloseEmptyBucket, ct, id.Value, epoch, bucket)
            : await ExecuteAsync(tables.CloseBucket, ct, id.Value, epoch, bucket, head.Seq);
        return closing.WasApplied;
    }

    /// <summary>The first entries that a bucket has.</summary>
    public async Task<List<LogEntry>> FirstEntriesAsync(EventId id, long epoch, int bucket, int limit, CancellationToken ct)
    {
        var entries = new List<LogEntry>();
        await foreach (var row in session.RowsAsync(new Bound(tables.ReadEntries, id.Value, epoch, bucket, 1L, long.MaxValue), ct))
        {
            entries.Add(EntryRow.ReadFacts(row));
            if (entries.Count == limit)
                break;
        }
        return entries;
    }

    public Task<RowSet> ExecuteAsync(Statement statement, CancellationToken ct, params object?[] values) => session.ExecuteAsync(new Bound(statement, values), ct);

    /// <summary>Does something for each, many at once.</summary>
    public static Task EachAsync<T>(IEnumerable<T> items, Func<T, Task> work, CancellationToken ct) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = ct }, async (item, _) => await work(item));

    public int BucketOf(long seq) => (int)(seq / bucketSize);

    private bool IsFull(LogHeadRow head) => head.Seq + 1 >= (head.Bucket + 1L) * bucketSize;

    /// <summary>Goes to the last bucket that was begun: none is left out, and one begins when the one before is full.</summary>
    /// <param name="hint">An end that the log had.</param>
    public async Task<LogHeadRow> FindHeadAsync(EventId id, long epoch, LogHeadRow? hint, Statement read, CancellationToken ct)
    {
        async Task<LogHeadRow?> ReadAsync(int bucket) => LogHeadRow.Read(id, epoch, bucket, await ExecuteAsync(read, ct, id.Value, epoch, bucket));

        var head = (hint?.Epoch == epoch && hint.Bucket > 0 ? await ReadAsync(hint.Bucket) : null) ?? await ReadAsync(0);
        if (head is null)
            return LogHeadRow.New(id, epoch);
        var missing = int.MaxValue;
        for (var step = 1; !head.IsClosed && IsFull(head) && missing - head.Bucket > 1;)
        {
            var next = missing == int.MaxValue ? head.Bucket + step : head.Bucket + ((missing - head.Bucket) / 2);
            if (await ReadAsync(next) is { } further)
            {
                head = further;
                step *= 2;
            }
            else
                missing = next;
        }
        return head;
    }

    private Bound Insert(LogHeadRow log, int bucket, LogEntry entry, Guid? writer)
    {
        object?[] all = [log.Event.Value, log.Epoch, bucket, entry.Seq, (byte)entry.Kind, entry.Time, writer, entry.Comment?.Value, entry.By?.Value];
        return entry.Draft is { } draft
            ? new Bound(tables.InsertComment, [.. all, (byte)draft.Author.Role, draft.Author.Username, draft.Author.DisplayName, draft.Author.AvatarUrl, draft.Text, EntryRow.WriteMentions(draft.Mentions),
                draft.Client?.Platform, draft.Client?.Version, entry.Thread?.Value, entry.ThreadSeq, entry.Replies, entry.Key, entry.Fingerprint is { } fingerprint ? EntryRow.WriteFingerprint(fingerprint) : null])
            : new Bound(tables.InsertOther, [.. all, entry.Payload, entry.CommentSeq, entry.ThreadSeq, entry.Replies]);
    }
}
