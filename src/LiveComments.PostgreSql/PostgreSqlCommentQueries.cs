using LiveComments.Comments;

namespace LiveComments.PostgreSql;

/// <summary>Comments by id, thread, time, popularity, author and mention.</summary>
internal sealed class PostgreSqlCommentQueries(PostgreSqlDatabase database) : ICommentQueries
{
    /// <summary>For <see cref="FirstsAsync"/>; written when a comment is removed, never when one is placed.</summary>
    public const string RemovedByAuthor = "CREATE INDEX removed_comments_by_author ON entries (user_id, log, seq) WHERE kind = 1 AND removal IS NOT NULL;\n";

    private const string One = "SELECT l.epoch, " + EntryRow.Columns + " FROM entries e JOIN logs l ON l.log = e.log" + EntryRow.Joins
        + "WHERE e.comment_id = $2 AND e.kind = 1 AND " + EntryRow.NotRemoved + " AND " + LogHeadRow.OfEvent;

    private const string Removed = "SELECT l.epoch, removal.user_id, " + EntryRow.Columns + " FROM entries e JOIN logs l ON l.log = e.log JOIN entries removal ON removal.log = e.log AND removal.seq = e.removal" + EntryRow.Joins
        + "WHERE e.comment_id = $2 AND e.kind = 1 AND e.text IS NOT NULL AND " + LogHeadRow.OfEvent;

    private const string Popular = "SELECT l.epoch, " + EntryRow.Columns + " FROM logs l JOIN reaction_counts c ON c.log = l.log JOIN entries e ON e.log = c.log AND e.seq = c.seq "
        + "WHERE " + LogHeadRow.OfEvent + " AND c.total > 0 AND " + EntryRow.NotRemoved + " ORDER BY c.total DESC, c.seq LIMIT $2";

    private const string NotPopular = "SELECT l.epoch, " + EntryRow.Columns + " FROM logs l JOIN entries e ON e.log = l.log" + EntryRow.Joins
        + "WHERE " + LogHeadRow.OfEvent + " AND " + EntryRow.StandingInLog + " AND coalesce(c.total, 0) = 0 ORDER BY e.seq LIMIT $2";

    private const string Questions = "SELECT l.epoch, " + EntryRow.Columns + " FROM logs l JOIN entries e ON e.log = l.log" + EntryRow.Joins
        + "WHERE " + LogHeadRow.OfEvent + " AND e.payload IS NOT NULL AND " + EntryRow.StandingInLog + " ORDER BY e.seq DESC LIMIT $2";

    private const string ByAuthor = "SELECT l.event_id, l.epoch, " + EntryRow.Columns + " FROM entries e JOIN logs l ON l.log = e.log" + EntryRow.Joins
        + "WHERE e.user_id = $1 AND e.comment_id < $2 AND e.kind = 1 AND e.removal IS NULL AND l.event_id IS NOT NULL ORDER BY e.comment_id DESC LIMIT $3";

    private const string Mentioning = "SELECT l.event_id, l.epoch, " + EntryRow.Columns
        + " FROM mentions m JOIN entries e ON e.comment_id = m.comment_id AND e.kind = 1 JOIN logs l ON l.log = e.log" + EntryRow.Joins
        + "WHERE m.user_id = $1 AND m.comment_id < $2 AND " + EntryRow.NotRemoved + " AND l.event_id IS NOT NULL ORDER BY m.comment_id DESC LIMIT $3";

    /// <summary>The first is looked for among the author's comments: + 0 keeps it from being looked for in the whole log.</summary>
    private const string Firsts = """
        SELECT a.author, least(
            (SELECT min(e.seq + 0) FROM entries e WHERE e.user_id = a.author AND e.kind = 1 AND e.removal IS NULL AND e.log = l.log),
            (SELECT min(e.seq) FROM entries e WHERE e.user_id = a.author AND e.kind = 1 AND e.removal IS NOT NULL AND e.log = l.log))
        FROM logs l CROSS JOIN unnest($2) AS a (author) WHERE
        """ + " " + LogHeadRow.OfEvent;

    public async ValueTask<Comment?> FindAsync(EventId id, CommentId commentId, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(One).With(id.Value).With(commentId.Value);
            return (await call.QueryAsync(batch, row => EntryRow.ReadComment(row, row.GetInt64(0), 1))).FirstOrDefault();
        }, ct);

    public async ValueTask<RemovedComment?> FindRemovedAsync(EventId id, CommentId commentId, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(Removed).With(id.Value).With(commentId.Value);
            return (await call.QueryAsync(batch, row => (RemovedComment?)new RemovedComment(EntryRow.ReadComment(row, row.GetInt64(0), 2), new UserId(row.GetId(1))))).FirstOrDefault();
        }, ct);

    public async ValueTask<CommentPage> PageAsync(EventId id, PageRequest request, CancellationToken ct) => await database.ReadAsync(call => PageAsync(call, id, request), ct);

    public async ValueTask<IReadOnlyList<Comment>> PopularAsync(EventId id, int limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            var comments = await AtMostAsync(Popular, limit);
            // Comments without reactions are ordered by position.
            if (comments.Count < limit)
                comments.AddRange(await AtMostAsync(NotPopular, limit - comments.Count));
            return (IReadOnlyList<Comment>)comments;

            async Task<List<Comment>> AtMostAsync(string sql, long count)
            {
                await using var batch = call.Batch();
                batch.Add(sql).With(id.Value).With(count);
                return await call.QueryAsync(batch, row => EntryRow.ReadComment(row, row.GetInt64(0), 1));
            }
        }, ct);

    public async ValueTask<IReadOnlyList<Comment>> QuestionsAsync(EventId id, int limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(Questions).With(id.Value).With((long)limit);
            return (IReadOnlyList<Comment>)await call.QueryAsync(batch, row => EntryRow.ReadComment(row, row.GetInt64(0), 1));
        }, ct);

    public async ValueTask<IReadOnlyList<FoundComment>> ByAuthorAsync(UserId author, CommentId? before, int limit, CancellationToken ct) =>
        await FindAllAsync(ByAuthor, author, before, limit, ct);

    public async ValueTask<IReadOnlyDictionary<UserId, long>> FirstsAsync(EventId id, IReadOnlyCollection<UserId> authors, CancellationToken ct) =>
        authors.Count == 0 ? new Dictionary<UserId, long>() : await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(Firsts).With(id.Value).With(authors.Select(author => author.Value).Distinct().ToArray());
            return (await call.QueryAsync(batch, row => (Author: new UserId(row.GetId(0)), Seq: row.IsDBNull(1) ? (long?)null : row.GetInt64(1))))
                .Where(row => row.Seq is not null).ToDictionary(row => row.Author, row => row.Seq!.Value);
        }, ct);

    public async ValueTask<IReadOnlyList<FoundComment>> MentioningAsync(UserId user, CommentId? before, int limit, CancellationToken ct) =>
        await FindAllAsync(Mentioning, user, before, limit, ct);

    private async Task<IReadOnlyList<FoundComment>> FindAllAsync(string sql, UserId user, CommentId? before, long limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(sql).With(user.Value).With(before?.Value ?? Guid.AllBitsSet).With(limit);
            return await call.QueryAsync(batch, row => new FoundComment(new EventId(row.GetId(0)), EntryRow.ReadComment(row, row.GetInt64(1), 2)));
        }, ct);

    /// <summary>One statement, so that the head and the comments are of one moment. An empty page is one row without a comment.</summary>
    private static string PageOf(PageRequest request) =>
        "SELECT " + LogHeadRow.Columns + ", e.* FROM logs l LEFT JOIN LATERAL (SELECT " + EntryRow.Columns + " FROM entries e" + EntryRow.Joins
        // A thread has an index of its own: + 0 keeps it from being looked for in the whole log.
        + (request.Thread is null ? "WHERE e.log = l.log" : "WHERE e.log + 0 = l.log") + " AND e.seq > greatest($2, " + (request.Since is null ? "0" : "last_before(l.log, $5, 0, l.last_seq)") + ") AND e.seq < least($3, l.last_seq + 1) AND " + EntryRow.StandingInLog
        + (request.Thread is null ? "" : request.Since is null ? " AND e.reply_to = $5" : " AND e.reply_to = $6")
        + " ORDER BY e.seq" + (request.Newest ? " DESC" : "") + " LIMIT $4) e ON true WHERE " + LogHeadRow.OfEvent;

    private static async Task<CommentPage> PageAsync(StoreCall call, EventId id, PageRequest request)
    {
        LogHeadRow? found = null;
        var comments = new List<Comment>();
        await using var batch = call.Batch();
        // One more than asked for is read, to know whether there are more.
        var statement = batch.Add(PageOf(request)).With(id.Value).With(request.AfterSeq).With(request.BeforeSeq).With(request.Limit + 1L);
        if (request.Since is { } since)
            statement.With(RoundUp(since));
        if (request.Thread is { } thread)
            statement.With(thread.Value);
        await using var rows = await call.ReadAsync(batch);
        while (await rows.ReadAsync(call.Token))
        {
            found ??= LogHeadRow.Read(rows);
            if (!rows.IsDBNull(LogHeadRow.ColumnCount))
                comments.Add(EntryRow.ReadComment(rows, found.Value.Epoch, LogHeadRow.ColumnCount));
        }
        if (found is not { } log)
            return new CommentPage([], default, false);
        var more = comments.Count > request.Limit;
        if (more)
            comments.RemoveAt(request.Limit);
        if (request.Newest)
            comments.Reverse();
        var end = more && !request.Newest ? comments[^1].Position.Seq : Math.Min(log.LastSeq, request.BeforeSeq - 1);
        return new CommentPage(comments, new Position(log.Epoch, end), more);
    }

    /// <summary>Times in the log have whole milliseconds, so what is not older than a time is not older than the next whole millisecond.</summary>
    private static DateTimeOffset RoundUp(DateTimeOffset time)
    {
        var whole = time.ToMilliseconds();
        return whole == time || whole > DateTimeOffset.MaxValue.AddMilliseconds(-1) ? whole : whole.AddMilliseconds(1);
    }
}
