using System.Runtime.CompilerServices;
using LiveComments.Cassandra.Cql;
using LiveComments.Reactions;

namespace LiveComments.Cassandra;

/// <summary>Finds and writes the rows of reactions.</summary>
internal sealed class ReactionRows(LogStore logs, ReactionTables tables)
{
    /// <summary>Partitions of one comment's reactions: 10 million of them are 25 MB in each. It is in what is stored, so that it can never be changed.</summary>
    private const int Parts = 16;

    /// <summary>People asked about in one request.</summary>
    private const int People = 500;

    public LogStore Logs => logs;

    public ReactionTables Tables => tables;

    /// <summary>The last write as whoever writes the next must know it, with everything that follows from it written.</summary>
    public async Task<ReactionHead> LoadAsync(EventId id, long epoch, CancellationToken ct)
    {
        var head = await ReadHeadAsync(tables.ReadHeadSerially, id, epoch, ct);
        await SettleAsync(head, ct);
        return head;
    }

    public Task<ReactionHead> ReadHeadAsync(EventId id, long epoch, CancellationToken ct) => ReadHeadAsync(tables.ReadHead, id, epoch, ct);

    /// <summary>Writes the next write, if the last is still the last; else nothing.</summary>
    /// <returns>Whether it wrote.</returns>
    /// <exception cref="CqlException">With <see cref="CqlException.MayHaveHappened"/> nobody knows whether it wrote: ask again with the same values.</exception>
    public async Task<bool> MoveAsync(ReactionHead before, ReactionHead after, CancellationToken ct)
    {
        await logs.NoteAsync(after.Event, ct);
        object?[] values = [after.Version, after.Total, after.Changes, after.Second, after.WriteLast(), after.Writer, after.Event.Value, after.Epoch];
        var moving = before.Version == 0 ? await logs.ExecuteAsync(tables.BeginHead, ct, values) : await logs.ExecuteAsync(tables.MoveHead, ct, [.. values, before.Version]);
        if (moving.WasApplied)
            return true;
        // Somebody has written: this very write, when it was asked for before and its answer was lost.
        var found = await ReadHeadAsync(tables.ReadHeadSerially, after.Event, after.Epoch, ct);
        if (found.Version <= after.Version)
            return found.Writer == after.Writer;
        // Others have written since, so everything of this one was written before.
        var first = await logs.ExecuteAsync(tables.FindWriter, ct, after.Event.Value, after.Epoch, logs.BucketOf(before.Version + 1), before.Version + 1);
        return first.Count > 0 && first[0].GetGuidOrNull(0) == after.Writer;
    }

    /// <summary>Writes what follows from a write into the other tables. It may be done again at any time.</summary>
    public async Task SettleAsync(ReactionHead head, CancellationToken ct)
    {
        var (id, epoch) = (head.Event.Value, head.Epoch);
        var changes = PastOf(head).ToList();
        var writes = new List<IEnumerable<Bound>>
        {
            head.Last.SelectMany<CountedComment, Bound>(comment => (PopularLevel.Of(comment.Before), PopularLevel.Of(comment.Tally.Counts.Total)) switch
            {
                var (former, now) when former == now => [],
                (0, var now) => [Put(now, comment)],
                (var former, 0) => [Take(former, comment)],
                var (former, now) => [Put(now, comment), Take(former, comment)],
            }),
        };
        writes.AddRange(head.Last.GroupBy(comment => logs.BucketOf(comment.Seq)).Select(bucket => bucket.Select(comment => new Bound(tables.PutCounts,
            comment.Tally.Version, comment.Tally.Version, comment.Tally.Counts.Likes, comment.Tally.Counts.Loves, comment.Tally.Counts.Hahas, comment.Tally.Counts.Wows, comment.Tally.Counts.Sads,
            comment.Tally.Counts.Angries, id, epoch, bucket.Key, comment.Seq))));
        writes.AddRange(changes.GroupBy(change => logs.BucketOf(change.Version)).Select(bucket => bucket.Select(change => new Bound(tables.PutChange,
            id, epoch, bucket.Key, change.Version, change.Seq, change.Comment.Value, change.Second, change.Changes, change.Counts.Likes, change.Counts.Loves, change.Counts.Hahas,
            change.Counts.Wows, change.Counts.Sads, change.Counts.Angries, change.Version == head.Settled + 1 ? (Guid?)head.Writer : null))));
        foreach (var comment in head.Last)
        {
            writes.AddRange(comment.People.GroupBy(person => PartOf(person.Key)).Select(part => part.Select(person =>
                new Bound(tables.PutGiven, id, epoch, comment.Seq, part.Key, person.Key.Value, (byte)(person.Value ?? 0), comment.Tally.Version))));
            writes.AddRange(comment.People.Select(IEnumerable<Bound> (person) => [person.Value is null
                ? new Bound(tables.TakeGivenBy, comment.Tally.Version, person.Key.Value, comment.Comment.Value)
                : new Bound(tables.PutGivenBy, person.Key.Value, comment.Comment.Value, id, epoch, comment.Seq, comment.Tally.Version)]));
        }
        await LogStore.EachAsync(writes, partition => logs.WriteAsync(partition, ct), ct);

        Bound Put(int level, CountedComment comment) => new(tables.PutPopular, id, epoch, level, comment.Seq, comment.Tally.Version);

        Bound Take(int level, CountedComment comment) => new(tables.TakePopular, comment.Tally.Version, id, epoch, level, comment.Seq);
    }

    /// <summary>What these people give to the comment at a place.</summary>
    public async Task<Dictionary<UserId, ReactionType>> FindGivenAsync(EventId id, long epoch, long seq, IEnumerable<UserId> people, CancellationToken ct)
    {
        var given = new Dictionary<UserId, ReactionType>();
        foreach (var part in people.Distinct().GroupBy(PartOf))
            foreach (var some in part.Chunk(People))
                await foreach (var row in logs.RowsAsync(tables.FindGiven, ct, id.Value, epoch, seq, part.Key, some.Select(user => user.Value).ToArray()))
                    if (row.GetByte(1) is > 0 and var type)
                        given[new UserId(row.GetGuid(0))] = (ReactionType)type;
        return given;
    }

    /// <summary>The changes after a version, in their order.</summary>
    public async IAsyncEnumerable<PastChange> ChangesAsync(ReactionHead head, long after, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var bucket = logs.BucketOf(after + 1); after < head.Settled && bucket <= logs.BucketOf(head.Settled); bucket++)
            await foreach (var row in logs.RowsAsync(tables.ReadChanges, ct, head.Event.Value, head.Epoch, bucket, after + 1, head.Settled))
                yield return PastChange.Read(row);
        // Whoever wrote the last may not have come to the other tables yet.
        foreach (var change in PastOf(head))
            if (change.Version > after)
                yield return change;
    }

    /// <summary>The last change before a second; the default when there is none. Seconds never decrease along versions and no version is missing, so that halving finds it.</summary>
    public async Task<PastChange> LastBeforeAsync(ReactionHead head, long second, CancellationToken ct)
    {
        if (PastOf(head).LastOrDefault() is { Version: > 0 } last && last.Second < second)
            return last;
        var (low, high) = (default(PastChange), head.Settled);
        while (low.Version < high)
        {
            var middle = low.Version + ((high - low.Version + 1) / 2);
            var found = await logs.ExecuteAsync(tables.ReadChanges, ct, head.Event.Value, head.Epoch, logs.BucketOf(middle), middle, middle);
            if (found.Count > 0 && PastChange.Read(found[0]) is var change && change.Second < second)
                low = change;
            else
                high = middle - 1;
        }
        return low;
    }

    /// <summary>Nobody reacts any more to comments of this log, and everything is written that follows from what people did.</summary>
    public async Task<ReactionHead> CloseAsync(EventId id, long epoch, CancellationToken ct)
    {
        while (true)
        {
            var head = await LoadAsync(id, epoch, ct);
            if (head.IsClosed || await MoveAsync(head, head with { Version = ~head.Version, Last = [], Writer = Guid.NewGuid() }, ct))
                return head;
        }
    }

    /// <summary>Deletes who reacted to a comment of a log that was closed.</summary>
    public Task ForgetGivenAsync(EventId id, long epoch, long seq, CommentId comment, CancellationToken ct) => LogStore.EachAsync(Enumerable.Range(0, Parts), async part =>
    {
        var people = new List<Guid>();
        await foreach (var row in logs.RowsAsync(tables.ReadGivers, ct, id.Value, epoch, seq, (byte)part))
            people.Add(row.GetGuid(0));
        await LogStore.EachAsync(people, person => logs.ExecuteAsync(tables.ForgetGivenBy, ct, person, comment.Value), ct);
        await logs.ExecuteAsync(tables.ForgetGiven, ct, id.Value, epoch, seq, (byte)part);
    }, ct);

    /// <summary>Deletes what happened in a log that was closed.</summary>
    public async Task ForgetAsync(ReactionHead closed, CancellationToken ct)
    {
        var version = closed.IsClosed ? ~closed.Version : closed.Version;
        for (var bucket = 0; bucket <= logs.BucketOf(version); bucket++)
            await logs.ExecuteAsync(tables.ForgetChanges, ct, closed.Event.Value, closed.Epoch, bucket);
        await logs.ExecuteAsync(tables.ForgetPopular, ct, closed.Event.Value, closed.Epoch);
    }

    /// <summary>The last write, change by change.</summary>
    private static IEnumerable<PastChange> PastOf(ReactionHead head)
    {
        var changes = head.Changes - head.Last.Sum(comment => (long)comment.Changes);
        foreach (var comment in head.Last)
        {
            changes += comment.Changes;
            yield return new PastChange(comment.Tally.Version, comment.Seq, comment.Comment, head.Second, changes, comment.Tally.Counts);
        }
    }

    /// <summary>Ids end with random bits.</summary>
    private static byte PartOf(UserId user)
    {
        Span<byte> bytes = stackalloc byte[16];
        user.Value.TryWriteBytes(bytes);
        return (byte)(bytes[15] % Parts);
    }

    private async Task<ReactionHead> ReadHeadAsync(Statement read, EventId id, long epoch, CancellationToken ct) => ReactionHead.Read(id, epoch, await logs.ExecuteAsync(read, ct, id.Value, epoch));
}
