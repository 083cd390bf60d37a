using System.Collections.Concurrent;
using LiveComments.Caching;
using LiveComments.Cassandra.Cql;
using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.Cassandra;

/// <summary>Comments by id, thread, time, popularity, author and mention. Each is a table of its own, which only says where comments stand.</summary>
internal sealed class CassandraCommentQueries(CassandraDatabase database) : ICommentQueries
{
    /// <summary>Logs whose ends this remembers, so that a long log's end is found at once.</summary>
    private const int Remembered = 1_000;

    private readonly BoundedCache<EventId, LogHeadRow> _ends = new(Remembered);

    public async ValueTask<Comment?> FindAsync(EventId id, CommentId commentId, CancellationToken ct) => await FindAnyAsync(id, commentId, ct) is { Removal: null } found ? found.Comment : null;

    public async ValueTask<RemovedComment?> FindRemovedAsync(EventId id, CommentId commentId, CancellationToken ct) =>
        await FindAnyAsync(id, commentId, ct) is { Removal: { IsErased: false } removal } found ? new RemovedComment(found.Comment, removal.By) : null;

    public async ValueTask<CommentPage> PageAsync(EventId id, PageRequest request, CancellationToken ct) => await AskAsync(id, async (store, head) =>
    {
        var reads = new CommentReads(store);
        var after = Math.Max(request.AfterSeq, request.Since is { } since ? await reads.LastBeforeAsync(head, since, ct) : 0);
        var before = Math.Min(request.BeforeSeq, head.Seq + 1);
        // One more than asked for is read, to know whether there are more.
        var (comments, reached) = request.Thread is { } thread
            ? (await reads.ReadAsync(head, store.RowsAsync(request.Newest ? store.Tables.ReadNewestReplies : store.Tables.ReadReplies, ct, id.Value, head.Epoch, thread.Value, after, before), request.Limit + 1, ct), before - 1)
            : await reads.ReadAsync(head, after, before, request.Newest, request.Limit + 1, null, ct);
        var more = comments.Count > request.Limit;
        if (more)
            comments.RemoveAt(request.Limit);
        if (request.Newest)
            comments.Reverse();
        return new CommentPage(comments, new Position(head.Epoch, more && !request.Newest ? comments[^1].Position.Seq : reached), more);
    }, new CommentPage([], default, false), ct);

    public async ValueTask<IReadOnlyList<Comment>> PopularAsync(EventId id, int limit, CancellationToken ct) => await database.AskReactionsAsync<IReadOnlyList<Comment>>(async rows =>
    {
        if (await FindAsync(rows.Logs, id, ct) is not { } head)
            return [];
        var popular = await PopularAsync(rows, head, limit, ct);
        // Comments without reactions are ordered by position.
        if (popular.Count < limit)
            popular.AddRange((await new CommentReads(rows.Logs).ReadAsync(head, 0, head.Seq + 1, newest: false, limit - popular.Count, comment => comment.Reactions.Counts.Total == 0, ct)).Comments);
        return popular;
    }, writes: false, ct);

    public async ValueTask<IReadOnlyList<Comment>> QuestionsAsync(EventId id, int limit, CancellationToken ct) => await AskAsync<IReadOnlyList<Comment>>(id, async (store, head) =>
        await new CommentReads(store).ReadAsync(head, store.RowsAsync(store.Tables.ReadQuestions, ct, id.Value, head.Epoch), limit, ct), [], ct);

    public async ValueTask<IReadOnlyList<FoundComment>> ByAuthorAsync(UserId author, CommentId? before, int limit, CancellationToken ct) =>
        await FindAllAsync(database.Logs.ReadByAuthor, author, before, limit, ct);

    public async ValueTask<IReadOnlyDictionary<UserId, long>> FirstsAsync(EventId id, IReadOnlyCollection<UserId> authors, CancellationToken ct) => await database.AskLogsAsync(async store =>
    {
        var firsts = new ConcurrentDictionary<UserId, long>();
        if (await store.FindEpochAsync(id, ct) is { } epoch)
            await LogStore.EachAsync(authors.Distinct(), async author =>
            {
                if (await store.ExecuteAsync(store.Tables.FindFirst, ct, id.Value, epoch, author.Value) is { Count: > 0 } found)
                    firsts[author] = found[0].GetLong(0);
            }, ct);
        return firsts;
    }, writes: false, ct);

    public async ValueTask<IReadOnlyList<FoundComment>> MentioningAsync(UserId user, CommentId? before, int limit, CancellationToken ct) =>
        await FindAllAsync(database.Logs.ReadMentions, user, before, limit, ct);

    /// <summary>
    /// From the highest level down, until those that were read are more popular than all others. In a level that is a number of reactions the places are in order; of the others all of the level is read.
    /// </summary>
    private static async Task<List<Comment>> PopularAsync(ReactionRows rows, LogHeadRow head, int limit, CancellationToken ct)
    {
        var (found, some, last) = (new Dictionary<long, Comment>(), new List<long>(), int.MaxValue);
        await foreach (var row in rows.Logs.RowsAsync(rows.Tables.ReadPopular, ct, head.Event.Value, head.Epoch))
        {
            var level = row.GetInt(0);
            if (level != last || some.Count >= Math.Max(limit, 100))
            {
                var mayStop = level != last || level < PopularLevel.Exact;
                await AddAsync();
                if (mayStop && found.Count >= limit)
                    break;
                last = level;
            }
            some.Add(row.GetLong(1));
        }
        await AddAsync();
        return [.. found.Values.OrderByDescending(comment => comment.Reactions.Counts.Total).ThenBy(comment => comment.Position.Seq).Take(limit)];

        async Task AddAsync()
        {
            foreach (var (seq, one) in await rows.Logs.ReadCommentsAsync(head.Event, head.Epoch, some, ct))
                if (one is { Removal: null, Comment.Reactions.Counts.Total: > 0 })
                    found[seq] = one.Comment;
            some.Clear();
        }
    }

    private async Task<(Comment Comment, Removal? Removal)?> FindAnyAsync(EventId id, CommentId comment, CancellationToken ct) => await database.AskLogsAsync(async store =>
        await store.FindEpochAsync(id, ct) is { } epoch && (await store.FindPlacesAsync(id, epoch, [comment], ct)).TryGetValue(comment, out var seq)
            && (await store.ReadCommentsAsync(id, epoch, [seq], ct)).TryGetValue(seq, out var found)
            ? ((Comment, Removal?)?)found : null, writes: false, ct);

    private async Task<IReadOnlyList<FoundComment>> FindAllAsync(Statement read, UserId user, CommentId? before, int limit, CancellationToken ct) => await database.AskLogsAsync(async store =>
    {
        var (all, some, epochs) = (new List<FoundComment>(), new List<(EventId Event, long Epoch, long Seq)>(), new ConcurrentDictionary<EventId, long?>());
        await foreach (var row in store.RowsAsync(read, ct, user.Value, before?.Value ?? Guid.AllBitsSet))
        {
            some.Add((new EventId(row.GetGuid(1)), row.GetLong(2), row.GetLong(3)));
            if (some.Count < limit)
                continue;
            await AddAsync();
            if (all.Count >= limit)
                break;
        }
        await AddAsync();
        return (IReadOnlyList<FoundComment>)[.. all.Take(limit)];

        async Task AddAsync()
        {
            var found = new FoundComment?[some.Count];
            await LogStore.EachAsync(Enumerable.Range(0, some.Count), async place =>
            {
                var (id, epoch, seq) = some[place];
                // The comments of a deleted log are gone before their rows are.
                if (!epochs.TryGetValue(id, out var now))
                    epochs[id] = now = await store.FindEpochAsync(id, ct);
                if (now == epoch && (await store.ReadCommentsAsync(id, epoch, [seq], ct)).TryGetValue(seq, out var one) && one.Removal is null)
                    found[place] = new FoundComment(id, one.Comment);
            }, ct);
            all.AddRange(found.OfType<FoundComment>());
            some.Clear();
        }
    }, writes: false, ct);

    private Task<T> AskAsync<T>(EventId id, Func<LogStore, LogHeadRow, Task<T>> ask, T none, CancellationToken ct) =>
        database.AskLogsAsync(async store => await FindAsync(store, id, ct) is { } head ? await ask(store, head) : none, writes: false, ct);

    private async Task<LogHeadRow?> FindAsync(LogStore store, EventId id, CancellationToken ct)
    {
        var head = await store.FindAsync(id, _ends.TryGet(id, out var known) ? known : null, ct);
        if (head is not null)
            _ends.Set(id, head, _ends.Stamp);
        return head;
    }
}
