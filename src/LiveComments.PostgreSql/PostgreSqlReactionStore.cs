using System.Collections.ObjectModel;
using LiveComments.Reactions;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>One row for each person's reaction to a comment, and the counts of each comment beside them.</summary>
internal sealed class PostgreSqlReactionStore(PostgreSqlDatabase database, TimeProvider time) : IReactionStore
{
    /// <summary>
    /// <c>reaction_history</c> has the counts of a comment at the end of each second in which they changed, for replay; a comment that thousands react to at once has one row for all of them.
    /// <c>reaction_activity</c> has how often people reacted in each second of an event. Seconds in both are counted from 1970.
    /// </summary>
    public const string Schema = """
        CREATE TABLE reactions (
            seq bigint NOT NULL,
            log integer NOT NULL,
            type smallint NOT NULL,
            user_id uuid NOT NULL,
            PRIMARY KEY (log, seq, user_id)
        );
        CREATE TABLE reaction_counts (
            seq bigint NOT NULL,
            version bigint NOT NULL,
            log integer NOT NULL,
            likes integer NOT NULL,
            loves integer NOT NULL,
            hahas integer NOT NULL,
            wows integer NOT NULL,
            sads integer NOT NULL,
            angries integer NOT NULL,
            total integer NOT NULL,
            PRIMARY KEY (log, seq)
        ) WITH (fillfactor = 70);
        CREATE INDEX popular ON reaction_counts (log, total DESC, seq) WHERE total > 0;
        CREATE TABLE reaction_history (
            second bigint NOT NULL,
            seq bigint NOT NULL,
            log integer NOT NULL,
            likes integer NOT NULL,
            loves integer NOT NULL,
            hahas integer NOT NULL,
            wows integer NOT NULL,
            sads integer NOT NULL,
            angries integer NOT NULL,
            PRIMARY KEY (log, second, seq)
        );
        CREATE TABLE reaction_activity (
            second bigint NOT NULL,
            log integer NOT NULL,
            changes bigint NOT NULL,
            PRIMARY KEY (log, second)
        );

        """;

    /// <summary>Whoever applies reactions to an event waits for others who do, and for nobody who appends to its log. The lock ends with the transaction.</summary>
    private static readonly string Lock = $"SELECT l.log, pg_advisory_xact_lock({PostgreSqlSchema.LockClass}, l.log) FROM logs l WHERE " + LogHeadRow.OfEvent;

    /// <summary>Of any log. Were the log a condition, reading all of it would look cheap while it is short; the same below.</summary>
    private const string Targets = """
        SELECT e.comment_id, e.log, e.seq, e.time, c.version, c.likes, c.loves, c.hahas, c.wows, c.sads, c.angries
        FROM entries e LEFT JOIN reaction_counts c ON c.log = e.log AND c.seq = e.seq
        WHERE e.comment_id = ANY($1) AND e.kind = 1 AND
        """ + " " + EntryRow.NotRemoved;

    private const string Given = """
        SELECT e.comment_id, r.user_id, r.type
        FROM unnest($1, $2) AS drafts (comment_id, user_id) JOIN entries e ON e.comment_id = drafts.comment_id AND e.kind = 1
            JOIN reactions r ON r.log = e.log AND r.seq = e.seq AND r.user_id = drafts.user_id
        """;

    /// <summary>The highest version of the log's tallies. Each change gets the next, so that a follower sees the changes of all comments in one order.</summary>
    private const string LastVersion = "SELECT c.version FROM reaction_counts c WHERE c.log = (SELECT l.log FROM logs l WHERE " + LogHeadRow.OfEvent + ") ORDER BY c.version DESC LIMIT 1";

    private const string Total = """
        SELECT coalesce((SELECT max(c.version) FROM reaction_counts c WHERE c.log = l.log), 0), coalesce((SELECT sum(c.total) FROM reaction_counts c WHERE c.log = l.log AND c.total > 0), 0)::bigint
        FROM logs l WHERE l.event_id = $1
        """;

    private const string Changed = """
        SELECT e.comment_id, c.version, c.likes, c.loves, c.hahas, c.wows, c.sads, c.angries
        FROM reaction_counts c JOIN entries e ON e.log = c.log AND e.seq = c.seq
        WHERE c.log = (SELECT l.log FROM logs l WHERE l.event_id = $1) AND c.version > $2 ORDER BY c.version FETCH FIRST ($3) ROWS WITH TIES
        """;

    private const string GivenByOne = """
        SELECT l.event_id, e.comment_id, r.type
        FROM entries e JOIN logs l ON l.log = e.log JOIN reactions r ON r.log = e.log AND r.seq = e.seq AND r.user_id = $2
        WHERE e.comment_id = ANY($1) AND e.kind = 1
        """;

    private const string Put = """
        INSERT INTO reactions (log, seq, user_id, type) SELECT $1, * FROM unnest($2, $3, $4)
        ON CONFLICT (log, seq, user_id) DO UPDATE SET type = excluded.type
        """;

    private const string Take = """
        DELETE FROM reactions r USING unnest($2, $3) AS gone (seq, user_id) WHERE r.log = $1 AND r.seq = gone.seq AND r.user_id = gone.user_id
        """;

    private const string PutCounts = """
        INSERT INTO reaction_counts (log, seq, version, likes, loves, hahas, wows, sads, angries, total)
        SELECT $1, *, likes + loves + hahas + wows + sads + angries FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) AS counts (seq, version, likes, loves, hahas, wows, sads, angries)
        ON CONFLICT (log, seq) DO UPDATE SET version = excluded.version, likes = excluded.likes, loves = excluded.loves, hahas = excluded.hahas, wows = excluded.wows,
            sads = excluded.sads, angries = excluded.angries, total = excluded.total
        """;

    private const string PutHistory = """
        INSERT INTO reaction_history (log, second, seq, likes, loves, hahas, wows, sads, angries) SELECT $1, $2, * FROM unnest($3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (log, second, seq) DO UPDATE SET likes = excluded.likes, loves = excluded.loves, hahas = excluded.hahas, wows = excluded.wows,
            sads = excluded.sads, angries = excluded.angries
        """;

    private const string PutActivity = """
        INSERT INTO reaction_activity AS a (log, second, changes) VALUES ($1, $2, $3) ON CONFLICT (log, second) DO UPDATE SET changes = a.changes + excluded.changes
        """;

    public async ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct) =>
        drafts.Count == 0 ? [] : await database.WriteAsync(call => ApplyAsync(call, id, drafts, time.GetUtcNow()), ct);

    public async ValueTask<IReadOnlyDictionary<CommentId, ReactionType>> GivenByAsync(EventId id, UserId userId, IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        comments.Count == 0 ? ReadOnlyDictionary<CommentId, ReactionType>.Empty : await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(GivenByOne).With(comments.Select(comment => comment.Value).ToArray()).With(userId.Value);
            var given = await call.QueryAsync(batch, row => (Here: !row.IsDBNull(0) && row.GetId(0) == id.Value, Comment: new CommentId(row.GetId(1)), Type: (ReactionType)row.GetInt16(2)));
            return given.Where(one => one.Here).ToDictionary(one => one.Comment, one => one.Type);
        }, ct);

    public async ValueTask<IReadOnlyList<CommentTally>> ChangedAsync(EventId id, long afterVersion, int limit, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(Changed).With(id.Value).With(afterVersion).With(limit);
            return await call.QueryAsync(batch, row => new CommentTally(new CommentId(row.GetId(0)), new ReactionTally(row.GetInt64(1), EntryRow.ReadCounts(row, 2))));
        }, ct);

    public async ValueTask<ReactionTotal> TotalAsync(EventId id, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(Total).With(id.Value);
            return (await call.QueryAsync(batch, row => new ReactionTotal(row.GetInt64(0), row.GetInt64(1)))).FirstOrDefault();
        }, ct);

    private static async Task<IReadOnlyList<ReactionResult>> ApplyAsync(StoreCall call, EventId id, IReadOnlyList<ReactionDraft> drafts, DateTimeOffset now)
    {
        var (log, version, targets, latest) = await ReadAsync(call, id, drafts);
        foreach (var draft in drafts)
            targets.GetValueOrDefault(draft.CommentId)?.Apply(draft.UserId, draft.Type);
        var changed = targets.Values.Where(target => target.Changes > 0).ToList();
        foreach (var target in changed)
            target.Raise(++version);
        if (changed.Count > 0)
            // Counts are never older than their comment, whatever the wall clock does.
            await WriteAsync(call, log, changed, (now > latest ? now : latest).ToUnixTimeSeconds());
        return [.. drafts.Select(draft => targets.TryGetValue(draft.CommentId, out var target) ? new ReactionResult(target.Tally, null) : new ReactionResult(default, Error.CommentNotFound))];
    }

    /// <summary>The comments of the drafts as they are, in a transaction that keeps others from changing their reactions.</summary>
    private static async Task<(int Log, long Version, Dictionary<CommentId, ReactionTarget> Targets, DateTimeOffset Latest)> ReadAsync(StoreCall call, EventId id, IReadOnlyList<ReactionDraft> drafts)
    {
        var comments = drafts.Select(draft => draft.CommentId.Value).Distinct().ToArray();
        var pairs = drafts.Select(draft => (Comment: draft.CommentId.Value, User: draft.UserId.Value)).Distinct().ToList();
        await using var batch = call.BeginBatch();
        batch.Add(Lock).With(id.Value);
        batch.Add(LastVersion).With(id.Value);
        batch.Add(Targets).With(comments);
        batch.Add(Given).With(pairs.Select(pair => pair.Comment).ToArray()).With(pairs.Select(pair => pair.User).ToArray());
        await using var rows = await call.ReadAsync(batch);
        var log = (await call.ListAsync(rows, row => row.GetInt32(0))).FirstOrDefault();
        await rows.NextResultAsync(call.Token);
        var version = (await call.ListAsync(rows, row => row.GetInt64(0))).FirstOrDefault();
        var targets = new Dictionary<CommentId, ReactionTarget>();
        var given = new Dictionary<CommentId, Dictionary<UserId, ReactionType>>();
        var latest = DateTimeOffset.MinValue;
        await rows.NextResultAsync(call.Token);
        while (await rows.ReadAsync(call.Token))
        {
            if (rows.GetInt32(1) != log)
                continue;
            var comment = new CommentId(rows.GetId(0));
            if (rows.GetTime(3) is var written && written > latest)
                latest = written;
            targets.Add(comment, new ReactionTarget(rows.GetInt64(2), rows.IsDBNull(4) ? default : new ReactionTally(rows.GetInt64(4), EntryRow.ReadCounts(rows, 5)), given[comment] = []));
        }
        await rows.NextResultAsync(call.Token);
        while (await rows.ReadAsync(call.Token))
            if (given.TryGetValue(new CommentId(rows.GetId(0)), out var people))
                people.Add(new UserId(rows.GetId(1)), (ReactionType)rows.GetInt16(2));
        return (log, version, targets, latest);
    }

    private static async Task WriteAsync(StoreCall call, int log, List<ReactionTarget> changed, long second)
    {
        await using var batch = call.Batch();
        var people = changed.SelectMany(target => target.Changed.Select(change => (target.Seq, User: change.Key.Value, Type: (short?)change.Value))).ToList();
        var put = people.Where(one => one.Type is not null).ToList();
        var taken = people.Where(one => one.Type is null).ToList();
        if (put.Count > 0)
            batch.Add(Put).With(log).With(put.Select(one => one.Seq).ToArray()).With(put.Select(one => one.User).ToArray()).With(put.Select(one => one.Type!.Value).ToArray());
        if (taken.Count > 0)
            batch.Add(Take).With(log).With(taken.Select(one => one.Seq).ToArray()).With(taken.Select(one => one.User).ToArray());
        AddCounts(batch.Add(PutCounts).With(log).With(changed.Select(target => target.Seq).ToArray()).With(changed.Select(target => target.Tally.Version).ToArray()), changed);
        AddCounts(batch.Add(PutHistory).With(log).With(second).With(changed.Select(target => target.Seq).ToArray()), changed);
        batch.Add(PutActivity).With(log).With(second).With((long)changed.Sum(target => target.Changes));
        call.Rows = people.Count;
        await call.CommitAsync(batch);
    }

    private static void AddCounts(NpgsqlBatchCommand command, List<ReactionTarget> changed)
    {
        foreach (var type in ReactionTypes.All)
            command.With(changed.Select(target => target.Tally.Counts[type]).ToArray());
    }
}
