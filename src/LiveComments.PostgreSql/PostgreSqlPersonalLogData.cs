using LiveComments.PersonalData;
using LiveComments.Reactions;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>What the logs of the database have about one person. What is rarely asked for has no index of its own, because it would cost every comment or reaction a write: such rows are searched for in steps.</summary>
internal sealed class PostgreSqlPersonalLogData(PostgreSqlDatabase database) : IPersonalLogData
{
    /// <summary>Rows looked at in one step of a search.</summary>
    private const long Looked = 2_000;

    /// <summary>Rows changed in one step: about 5 ms of the server's time.</summary>
    private const int Changed = 200;

    /// <summary>Entries that are not comments, and removed comments: what the index <c>entries_others</c> has.</summary>
    private const string Others = "(o.kind <> 1 OR o.removal IS NOT NULL)";

    private const string EndOfStep = "SELECT o.log, o.seq FROM entries o WHERE (o.log, o.seq) > ($1, $2) AND " + Others + " ORDER BY o.log, o.seq OFFSET $3 LIMIT 1";

    private const string EndOfReactionStep = "SELECT log, seq FROM reaction_counts WHERE (log, seq) > ($1, $2) ORDER BY log, seq OFFSET $3 LIMIT 1";

    private const string Removed = "SELECT l.event_id, l.epoch, " + EntryRow.Columns + " FROM entries e JOIN logs l ON l.log = e.log" + EntryRow.Joins + """
        WHERE (e.log, e.seq) > ($1, $2) AND (e.log, e.seq) <= ($3, $4) AND (e.kind <> 1 OR e.removal IS NOT NULL) AND e.kind = 1 AND e.user_id = $5 AND e.text IS NOT NULL
        ORDER BY e.log, e.seq
        """;

    /// <summary>Each comment with reactions is looked up, and then this person's row under it: reactions are many more.</summary>
    private const string Given = """
        SELECT l.event_id, e.comment_id, r.type
        FROM reaction_counts c JOIN reactions r ON r.log = c.log AND r.seq = c.seq AND r.user_id = $5 JOIN entries e ON e.log = c.log AND e.seq = c.seq JOIN logs l ON l.log = c.log
        WHERE (c.log, c.seq) > ($1, $2) AND (c.log, c.seq) <= ($3, $4) ORDER BY c.log, c.seq
        """;

    /// <summary>Takes the links to somebody out of a few comments that mention them.</summary>
    private const string Unlink = """
        WITH due AS (
            SELECT comment_id FROM mentions WHERE user_id = $1 LIMIT $2
        ), unlinked AS (
            UPDATE entries e SET mentions = (SELECT json_agg(mention) FROM json_array_elements(e.mentions) AS mention WHERE (mention ->> 'id')::uuid <> $1)
            FROM due WHERE e.comment_id = due.comment_id AND e.kind = 1 AND e.mentions IS NOT NULL
        )
        DELETE FROM mentions m USING due WHERE m.user_id = $1 AND m.comment_id = due.comment_id
        """;

    /// <summary>Entries of one step about somebody's removed comments that still hold something. A removal that points to itself has been dealt with.</summary>
    private const string Left = "SELECT o.log, o.seq, o.comment_id FROM entries o JOIN entries c ON c.comment_id = o.comment_id AND c.kind = 1 WHERE (o.log, o.seq) > ($1, $2) AND (o.log, o.seq) <= ($3, $4) AND " + Others + """
         AND c.user_id = $5 AND c.removal IS NOT NULL
            AND (coalesce(o.text, o.mentions::text, o.username, o.display_name, o.avatar_url, o.client_platform, o.client_version, o.payload) IS NOT NULL OR (o.kind = 2 AND o.removal IS NULL))
        """;

    private const string Unmention = """
        DELETE FROM mentions m USING entries e CROSS JOIN LATERAL json_array_elements(e.mentions) AS mention
        WHERE e.comment_id = ANY ($1) AND e.kind = 1 AND e.mentions IS NOT NULL AND m.user_id = (mention ->> 'id')::uuid AND m.comment_id = e.comment_id
        """;

    private const string EraseEntries = """
        UPDATE entries e SET text = NULL, mentions = NULL, username = NULL, display_name = NULL, avatar_url = NULL, client_platform = NULL, client_version = NULL, payload = NULL,
            removal = CASE e.kind WHEN 2 THEN e.seq ELSE e.removal END
        FROM unnest($1, $2) AS due (log, seq) WHERE e.log = due.log AND e.seq = due.seq
        """;

    /// <summary>Removed comments and those of deleted logs.</summary>
    private const string Drop = """
        WITH dropped AS (
            DELETE FROM reactions r USING entries e WHERE e.comment_id = ANY ($2) AND e.kind = 1 AND r.log = e.log AND r.seq = e.seq AND r.user_id = $1 RETURNING r.log, r.seq, r.type
        )
        UPDATE reaction_counts c SET version = c.version + 1, total = c.total - 1, likes = c.likes - (d.type = 1)::integer, loves = c.loves - (d.type = 2)::integer, hahas = c.hahas - (d.type = 3)::integer,
            wows = c.wows - (d.type = 4)::integer, sads = c.sads - (d.type = 5)::integer, angries = c.angries - (d.type = 6)::integer
        FROM dropped d WHERE c.log = d.log AND c.seq = d.seq
        """;

    public async ValueTask<LogSearch<KeptComment>> RemovedCommentsAsync(UserId user, LogPlace after, CancellationToken ct) =>
        await SearchAsync(EndOfStep, Removed, user, after,
            row => new KeptComment(row.IsDBNull(0) ? null : new EventId(row.GetId(0)), EntryRow.ReadComment(row, row.GetInt64(1), 2)), ct);

    public async ValueTask<LogSearch<GivenReaction>> ReactionsAsync(UserId user, LogPlace after, CancellationToken ct) =>
        await SearchAsync(EndOfReactionStep, Given, user, after,
            row => new GivenReaction(row.IsDBNull(0) ? null : new EventId(row.GetId(0)), new CommentId(row.GetId(1)), (ReactionType)row.GetInt16(2)), ct);

    public async ValueTask<LogSearch<CommentId>> SweepAsync(UserId user, LogPlace after, CancellationToken ct)
    {
        if (after == default && await database.ExecuteAsync(Unlink, statement => statement.With(user.Value).With(Changed), ct) > 0)
            return new LogSearch<CommentId>([], after);
        var search = await SearchAsync(EndOfStep, Left, user, after, row => (Log: row.GetInt32(0), Seq: row.GetInt64(1), Comment: row.GetId(2)), ct);
        foreach (var rows in search.Found.Chunk(Changed))
            await database.WriteAsync(async call =>
            {
                Guid[] comments = [.. rows.Select(row => row.Comment).Distinct()];
                await using var batch = call.BeginBatch();
                batch.Add(Unmention).With(comments);
                batch.Add(EraseEntries).With(rows.Select(row => row.Log).ToArray()).With(rows.Select(row => row.Seq).ToArray());
                PostgreSqlPersonalData.AddReports(batch, comments);
                call.Rows = rows.Length;
                await call.CommitAsync(batch);
                return true;
            }, ct);
        return new LogSearch<CommentId>([], search.Next ?? (await database.WriteAsync(LogSweep.StepAsync, ct) ? null : after));
    }

    public async ValueTask DropReactionsAsync(UserId user, IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        await database.ExecuteAsync(Drop, statement => statement.With(user.Value).With(comments.Select(comment => comment.Value).ToArray()), ct);

    /// <summary>One step of a search: up to where <paramref name="end"/> says, or to the end of all logs.</summary>
    private async Task<LogSearch<T>> SearchAsync<T>(string end, string sql, UserId user, LogPlace after, Func<NpgsqlDataReader, T> row, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            LogPlace? next = null;
            await using (var batch = call.Batch())
            {
                batch.Add(end).With((int)after.Log).With((long?)after.Seq).With((long?)(Looked - 1));
                if (await call.QueryAsync(batch, last => new LogPlace(last.GetInt32(0), last.GetInt64(1))) is [var place])
                    next = place;
            }
            var until = next ?? new LogPlace(int.MaxValue, long.MaxValue);
            await using var search = call.Batch();
            search.Add(sql).With((int)after.Log).With((long?)after.Seq).With((int)until.Log).With((long?)until.Seq).With(user.Value);
            return new LogSearch<T>(await call.QueryAsync(search, row), next);
        }, ct);
}
