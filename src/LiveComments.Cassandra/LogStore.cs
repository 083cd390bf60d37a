using System.Collections.Concurrent;
using System.Globalization;
using LiveComments.Cassandra.Cql;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;

namespace LiveComments.Cassandra;

/// <summary>Finds and writes the rows of logs.</summary>
/// <param name="bucketSize">Entries of a partition, so that it stays below 100 MB; the last write that begins in one may pass its end.</param>
/// <param name="keysFor">How long idempotency keys are good.</param>
/// <param name="notes">Where changes are noted.</param>
internal sealed class LogStore(Session session, LogTables tables, int bucketSize, TimeSpan keysFor, ChangeNotes notes)
{
    /// <summary>Requests of one call that are under way at once.</summary>
    private const int Together = 128;

    /// <summary>Writes of one batch: a few tens of kilobytes.</summary>
    private const int BatchSize = 250;

    /// <summary>No log gets so long.</summary>
    private const long LatestFirst = 1L << 48;

    /// <summary>Removals are noted by the time when their texts are to be erased, ten minutes in one partition.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private static readonly string EndedPayload = ((byte)EventStatus.Ended).ToString(CultureInfo.InvariantCulture);

    public LogTables Tables => tables;

    public TimeSpan KeysFor => keysFor;

    /// <summary>A day more than they are good: so long their rows are kept, whatever the clocks say.</summary>
    private int KeySeconds => (int)(keysFor + TimeSpan.FromDays(1)).TotalSeconds;

    public static long PeriodOf(DateTimeOffset time) => time.UtcTicks / Period.Ticks;

    public static DateTimeOffset EndOf(long period) => new((period + 1) * Period.Ticks, TimeSpan.Zero);

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
                    return head.IsBegun || creates ? head : null;
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
    public async Task<LogHeadRow?> FindAsync(EventId id, LogHeadRow? hint, CancellationToken ct) =>
        await FindEpochAsync(id, ct) is { } epoch && await FindHeadAsync(id, epoch, hint, tables.ReadHead, ct) is { IsBegun: true, IsClosed: false } head ? head : null;

    /// <summary>What an event's log is found by; null when it has none.</summary>
    public async Task<long?> FindEpochAsync(EventId id, CancellationToken ct) => await ExecuteAsync(tables.FindLog, ct, id.Value) is { Count: > 0 } found ? found[0].GetLong(0) : null;

    /// <summary>The end of a log with everything settled that was left when a node stopped between its writes.</summary>
    /// <inheritdoc cref="LoadAsync"/>
    public async Task<LogHeadRow?> LoadSettledAsync(EventId id, LogHeadRow? hint, bool creates, CancellationToken ct)
    {
        if (await LoadAsync(id, hint, creates, ct) is not { } head)
            return null;
        if (head.Settled < head.Seq)
        {
            var rows = await ReadRowsAsync(tables.ReadEntries, head, head.Settled + 1, head.Seq, ct);
            if (rows.Count < head.Seq - head.Settled)
                throw new CqlException(CqlFailure.ReadFailure, $"The log ends at {head.Seq}, but only {rows.Count} entries follow {head.Settled}.");
            await SettleAsync(head, [.. rows.Select(EntryRow.ReadFacts)], ct);
        }
        return head with { Settled = head.Seq };
    }

    /// <summary>Writes entries and moves the head, if it is where it was; else nothing.</summary>
    /// <param name="before">The end of the log before them.</param>
    /// <param name="after">And after.</param>
    /// <param name="writer">Tells this write from those of others.</param>
    /// <returns>Whether it wrote.</returns>
    /// <exception cref="CqlException">With <see cref="CqlException.MayHaveHappened"/> nobody knows whether it wrote: ask again with the same values.</exception>
    public async Task<bool> AppendAsync(LogHeadRow before, LogHeadRow after, IReadOnlyList<LogEntry> entries, Guid writer, CancellationToken ct)
    {
        if (entries.Count > 0)
            await NoteAsync(before.Event, ct);
        var bucket = NextBucket(before);
        object?[] head = [after.Seq, after.Time, (byte)after.Status, after.Pinned?.Value, before.Seq, after.Erasures, before.Event.Value, before.Epoch, bucket];
        var begins = bucket != before.Bucket || !before.IsBegun;
        var batch = new List<Bound>(entries.Count + 1) { begins ? new Bound(tables.BeginBucket, head) : new Bound(tables.MoveHead, [.. head, before.Seq, before.Erasures]) };
        batch.AddRange(entries.Select((entry, index) => Insert(before, bucket, entry, index == 0 ? writer : null)));
        if ((await session.BatchAsync(batch, ct)).WasApplied)
            return true;
        // Somebody has moved the head: this very write, when it was asked for before and its answer was lost.
        var found = await ExecuteAsync(tables.FindWriter, ct, before.Event.Value, before.Epoch, bucket, before.Seq + 1);
        return found.Count > 0 && found[0].GetGuidOrNull(0) == writer;
    }

    /// <summary>Notes that an event changes, before it does.</summary>
    public ValueTask NoteAsync(EventId id, CancellationToken ct) => notes.NoteAsync(this, id, ct);

    /// <summary>Writes what follows from entries into the other tables. It may be done again at any time.</summary>
    public async Task SettleAsync(LogHeadRow head, IReadOnlyList<LogEntry> entries, CancellationToken ct)
    {
        var (log, epoch) = (head.Event.Value, head.Epoch);
        var writes = new List<Bound>();
        foreach (var first in entries.Where(entry => entry.Kind == EntryKind.Comment).DistinctBy(entry => entry.By))
            writes.Add(new Bound(tables.PutFirst, log, epoch, first.By!.Value.Value, first.Seq, LatestFirst - first.Seq));
        foreach (var entry in entries.Where(entry => entry.Kind == EntryKind.Comment))
        {
            writes.Add(new Bound(tables.PutComment, log, epoch, entry.Comment!.Value.Value, entry.Seq, entry.Time, entry.By!.Value.Value, entry.Thread?.Value, entry.ThreadSeq));
            if (entry.Key is not null)
                writes.Add(new Bound(tables.PutKey, entry.Key, epoch, EntryRow.WriteFingerprint(entry.Fingerprint!.Value), entry.Comment.Value.Value, entry.By.Value.Value, entry.Seq, entry.Time, KeySeconds));
            if (entry.Thread is { } thread)
                writes.Add(new Bound(tables.PutReply, log, epoch, thread.Value, entry.Seq));
            writes.Add(new Bound(tables.PutByAuthor, entry.By.Value.Value, entry.Comment.Value.Value, log, epoch, entry.Seq));
            foreach (var mention in entry.Mentions.DistinctBy(mention => mention.UserId))
                writes.Add(new Bound(tables.PutMention, mention.UserId.Value, entry.Comment.Value.Value, log, epoch, entry.Seq));
        }
        foreach (var question in entries.Where(entry => entry is { Kind: EntryKind.Comment, Payload: not null }))
            writes.Add(new Bound(tables.PutQuestion, log, epoch, question.Seq, (byte)QuestionStatus.Open, question.Seq));
        foreach (var entry in entries.Where(entry => entry.Kind == EntryKind.Card))
        {
            var card = CardJson.Read(entry.Payload!);
            if (card.Type == Card.Stage)
                writes.Add(new Bound(tables.PutStage, log, epoch, entry.Seq, entry.Time, card.Staged()?.Value));
            if (entry.CommentSeq is { } asked && card.Marked() is { } mark)
                writes.Add(new Bound(tables.PutQuestion, log, epoch, asked, (byte)mark, entry.Seq));
        }
        foreach (var entry in entries.Where(entry => entry is { Kind: EntryKind.Removal, Payload: LogPlacement.OffStage }))
            writes.Add(new Bound(tables.PutStage, log, epoch, entry.Seq, entry.Time, null));
        foreach (var entry in entries.Where(entry => entry.Kind != EntryKind.Comment))
        {
            writes.Add(new Bound(tables.PutOther, log, epoch, BucketOf(entry.Seq), entry.Seq, entry.Seq));
            if (entry.Comment is { } comment)
                writes.Add(new Bound(tables.PutAbout, log, epoch, comment.Value, entry.Seq));
        }
        foreach (var removal in entries.Where(entry => entry is { Kind: EntryKind.Removal, CommentSeq: not null }))
            writes.Add(new Bound(tables.PutRemovalDue, PeriodOf(removal.Time), log, epoch, removal.Seq, removal.CommentSeq!.Value));
        writes.AddRange(entries.Where(entry => entry.Kind == EntryKind.Removal).Select(entry => PeriodOf(entry.Time)).Distinct().Select(period => new Bound(tables.PutPeriod, period)));
        if (entries.LastOrDefault(entry => entry.Kind == EntryKind.Status) is { } status)
            writes.Add(new Bound(tables.PutEnded, status.Seq, status.Payload == EndedPayload ? (DateTimeOffset?)status.Time : null, log, epoch));
        // Of several changes of one comment the last counts.
        foreach (var last in entries.Where(entry => entry is { Kind: EntryKind.Removal or EntryKind.Restoration, CommentSeq: not null }).GroupBy(entry => entry.CommentSeq!.Value).Select(changes => changes.Last()))
        {
            var isRemoval = last.Kind == EntryKind.Removal;
            writes.Add(new Bound(tables.PutRemoval, last.Seq, isRemoval ? (long?)last.Seq : null, isRemoval ? (DateTimeOffset?)last.Time : null, isRemoval ? last.By?.Value : null,
                log, epoch, BucketOf(last.CommentSeq!.Value), last.CommentSeq.Value));
            writes.Add(isRemoval
                ? new Bound(tables.PutOther, log, epoch, BucketOf(last.CommentSeq.Value), last.CommentSeq.Value, last.Seq)
                : new Bound(tables.TakeOther, last.Seq, log, epoch, BucketOf(last.CommentSeq.Value), last.CommentSeq.Value));
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
            Tally = state.Tally,
        };
    }

    public async Task<EarlierComment?> FindKeyAsync(LogHeadRow head, byte[] key, CancellationToken ct)
    {
        var found = await ExecuteAsync(tables.FindKey, ct, key, head.Epoch);
        return found.Count == 0 ? null : new EarlierComment(
            new CommentId(found[0].GetGuid(1)), new UserId(found[0].GetGuid(2)), new Position(head.Epoch, found[0].GetLong(3)), found[0].GetTime(4), EntryRow.ReadFingerprint(found[0].GetBytes(0)));
    }

    /// <summary>The comment at a place, also when it was removed, and its removal.</summary>
    public async Task<(Comment Comment, Removal? Removal)?> ReadCommentAsync(LogHeadRow head, long seq, CancellationToken ct) =>
        (await ReadCommentsAsync(head.Event, head.Epoch, [seq], ct)).TryGetValue(seq, out var found) ? found : null;

    /// <summary>The entry at a place, and in which bucket it is; null when there is none.</summary>
    public async Task<(int Bucket, Row Row)?> FindEntryAsync(EventId id, long epoch, long seq, CancellationToken ct)
    {
        // It may have been written together with the last of the bucket before.
        for (var (bucket, tries) = (BucketOf(seq), 2); bucket >= 0 && tries > 0; bucket--, tries--)
            if (await ExecuteAsync(tables.ReadEntries, ct, id.Value, epoch, bucket, seq, seq) is { Count: > 0 } found)
                return (bucket, found[0]);
        return null;
    }

    /// <summary>Closes a log; false when something was placed in it meanwhile.</summary>
    public async Task<bool> TryCloseAsync(EventId id, long epoch, CancellationToken ct) => await TryCloseAsync(await FindHeadAsync(id, epoch, null, tables.ReadHeadSerially, ct), ct);

    /// <summary>Closes a log, if it ends where it did; false when something was placed in it meanwhile.</summary>
    public async Task<bool> TryCloseAsync(LogHeadRow head, CancellationToken ct)
    {
        if (head.IsClosed)
            return true;
        var bucket = NextBucket(head);
        var closing = !head.IsBegun || bucket != head.Bucket
            ? await ExecuteAsync(tables.CloseEmptyBucket, ct, head.Event.Value, head.Epoch, bucket)
            : await ExecuteAsync(tables.CloseBucket, ct, head.Event.Value, head.Epoch, bucket, head.Seq);
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

    /// <summary>Where comments stand that were placed in this log.</summary>
    public async Task<IReadOnlyDictionary<CommentId, long>> FindPlacesAsync(EventId id, long epoch, IEnumerable<CommentId> comments, CancellationToken ct)
    {
        var places = new ConcurrentDictionary<CommentId, long>();
        await EachAsync(comments.Distinct(), async comment =>
        {
            if (await ExecuteAsync(tables.FindComment, ct, id.Value, epoch, comment.Value) is { Count: > 0 } found)
                places[comment] = found[0].GetLong(0);
        }, ct);
        return places;
    }

    /// <summary>What has changed of the comments at these places.</summary>
    public async Task<IReadOnlyDictionary<long, StateRow>> ReadStatesAsync(EventId id, long epoch, IEnumerable<long> seqs, CancellationToken ct)
    {
        var states = new ConcurrentDictionary<long, StateRow>();
        await EachAsync(seqs.Distinct().GroupBy(BucketOf), async bucket =>
        {
            await foreach (var row in session.RowsAsync(new Bound(tables.ReadSomeStates, id.Value, epoch, bucket.Key, bucket.ToArray()), ct))
                states[row.GetLong(0)] = StateRow.Read(row, epoch);
        }, ct);
        return states;
    }

    /// <summary>The comments at these places, also those that were removed, with their removals.</summary>
    public async Task<IReadOnlyDictionary<long, (Comment Comment, Removal? Removal)>> ReadCommentsAsync(EventId id, long epoch, IReadOnlyCollection<long> seqs, CancellationToken ct)
    {
        var states = ReadStatesAsync(id, epoch, seqs, ct);
        var rows = new ConcurrentDictionary<long, Row>();
        await ReadAsync(seqs, 0);
        // The last of a bucket may have been written with those of the bucket before.
        if (rows.Count < seqs.Count)
            await ReadAsync([.. seqs.Where(seq => !rows.ContainsKey(seq) && BucketOf(seq) > 0)], 1);
        var changes = await states;
        var found = rows.Values.Select(row => EntryRow.ReadComment(row, epoch, changes.GetValueOrDefault(EntryRow.SeqOf(row)))).ToList();
        return (await WithStatusAsync(id, epoch, found, ct)).ToDictionary(comment => comment.Position.Seq, comment => (comment, changes.GetValueOrDefault(comment.Position.Seq).Removal));

        Task ReadAsync(IReadOnlyCollection<long> wanted, int before) => EachAsync(wanted.Distinct().GroupBy(BucketOf), async bucket =>
        {
            await foreach (var row in session.RowsAsync(new Bound(tables.ReadSomeEntries, id.Value, epoch, bucket.Key - before, bucket.ToArray()), ct))
                rows[EntryRow.SeqOf(row)] = row;
        }, ct);
    }

    /// <summary>Comments with what has become of those that are questions, in their order.</summary>
    public async Task<List<Comment>> WithStatusAsync(EventId id, long epoch, List<Comment> comments, CancellationToken ct)
    {
        var asked = comments.Where(comment => comment.Question is not null).Select(comment => comment.Position.Seq).Distinct().ToArray();
        if (asked.Length == 0)
            return comments;
        var statuses = new Dictionary<long, QuestionStatus>();
        await foreach (var row in session.RowsAsync(new Bound(tables.ReadSomeQuestions, id.Value, epoch, asked), ct))
            statuses[row.GetLong(0)] = (QuestionStatus)row.GetByte(1);
        return comments.ConvertAll(comment => comment.Question is not null && statuses.TryGetValue(comment.Position.Seq, out var status) ? comment with { Question = status } : comment);
    }

    /// <summary>What has become of the question at a place; null when none is there.</summary>
    public async Task<QuestionStatus?> FindStatusAsync(LogHeadRow head, long seq, CancellationToken ct) =>
        await ExecuteAsync(tables.ReadSomeQuestions, ct, head.Event.Value, head.Epoch, new[] { seq }) is { Count: > 0 } found ? (QuestionStatus)found[0].GetByte(1) : null;

    /// <summary>The comment that is on stage; null when none is.</summary>
    public async Task<CommentId?> FindStagedAsync(LogHeadRow head, CancellationToken ct) =>
        await ExecuteAsync(tables.ReadStages, ct, head.Event.Value, head.Epoch, 1) is { Count: > 0 } found && found[0].GetGuidOrNull(2) is { } comment ? new CommentId(comment) : null;

    /// <summary>The rows of one partition.</summary>
    public IAsyncEnumerable<Row> RowsAsync(Statement statement, CancellationToken ct, params object?[] values) => session.RowsAsync(new Bound(statement, values), ct);

    /// <summary>Writes of one partition, so many at once as a node takes well.</summary>
    public async Task WriteAsync(IEnumerable<Bound> writes, CancellationToken ct)
    {
        foreach (var batch in writes.Chunk(BatchSize))
            await session.BatchAsync(batch, ct);
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
                draft.Client?.Platform, draft.Client?.Version, entry.Thread?.Value, entry.ThreadSeq, entry.Replies, entry.Key, entry.Fingerprint is { } fingerprint ? EntryRow.WriteFingerprint(fingerprint) : null,
                entry.Payload])
            : new Bound(tables.InsertOther, [.. all, entry.Payload, entry.CommentSeq, entry.ThreadSeq, entry.Replies]);
    }
}
