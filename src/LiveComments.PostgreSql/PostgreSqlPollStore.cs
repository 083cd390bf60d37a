using LiveComments.Events;
using LiveComments.Polls;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>One row for each poll, with its counts, and one for each vote.</summary>
internal sealed class PostgreSqlPollStore(PostgreSqlDatabase database) : IPollStore
{
    /// <summary>
    /// The row of a poll is locked by whoever votes in it or changes it, so that its counts are final once it is closed. <c>announced</c> is the revision that the event's log has; <c>changed_at</c> is
    /// when the present one was stored.
    /// </summary>
    public const string Schema = """
        CREATE TABLE polls (
            poll_id uuid PRIMARY KEY,
            event_id uuid NOT NULL,
            number integer NOT NULL,
            question text NOT NULL,
            options text[] NOT NULL,
            results smallint NOT NULL,
            ends_at timestamptz,
            opened_at timestamptz NOT NULL,
            closed_at timestamptz,
            status smallint NOT NULL,
            revision bigint NOT NULL,
            changed_at timestamptz NOT NULL,
            announced bigint NOT NULL DEFAULT 0,
            version bigint NOT NULL,
            votes integer NOT NULL,
            counts integer[] NOT NULL,
            UNIQUE (event_id, number)
        ) WITH (fillfactor = 50);
        CREATE INDEX open_polls ON polls (event_id) WHERE status = 0;
        CREATE INDEX unannounced_polls ON polls (changed_at) WHERE announced < revision;
        CREATE TABLE poll_votes (
            poll_id uuid NOT NULL,
            user_id uuid NOT NULL,
            option smallint NOT NULL,
            PRIMARY KEY (poll_id, user_id)
        );
        CREATE INDEX poll_votes_by_user ON poll_votes (user_id, poll_id);

        """;

    private const string Columns = "p.poll_id, p.event_id, p.number, p.question, p.options, p.results, p.ends_at, p.opened_at, p.closed_at, p.status, p.revision, p.version, p.votes, p.counts";

    private const string Select = "SELECT " + Columns + " FROM polls p ";

    /// <summary>Whoever opens a poll of an event waits for others who do. The lock ends with the transaction.</summary>
    private const string LockEvent = "SELECT pg_advisory_xact_lock(hashtextextended('polls ' || $1::text, 0))";

    /// <summary>In the order of their ids, so that two batches do not wait for each other.</summary>
    private const string Lock = Select + "WHERE p.poll_id = ANY ($1) AND p.event_id = $2 ORDER BY p.poll_id FOR UPDATE";

    private const string Given = """
        SELECT v.poll_id, v.user_id, v.option FROM unnest($1, $2) AS drafts (poll_id, user_id) JOIN poll_votes v ON v.poll_id = drafts.poll_id AND v.user_id = drafts.user_id
        """;

    private const string Insert = """
        INSERT INTO polls (poll_id, event_id, number, question, options, results, ends_at, opened_at, status, revision, changed_at, version, votes, counts)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $8, $11, $12, $13)
        """;

    private const string Put = """
        INSERT INTO poll_votes (poll_id, user_id, option) SELECT * FROM unnest($1, $2, $3) ON CONFLICT (poll_id, user_id) DO UPDATE SET option = excluded.option
        """;

    private const string Due = Select + "WHERE p.status = 0 AND (p.ends_at <= $1 OR EXISTS (SELECT 1 FROM events e WHERE e.event_id = p.event_id AND e.status = $2)) LIMIT $3";

    private const string Announced = """
        UPDATE polls SET announced = greatest(announced, $2) WHERE poll_id = $1 RETURNING announced < revision
        """;

    private const string DeleteVotes = """
        DELETE FROM poll_votes WHERE (poll_id, user_id) IN (SELECT v.poll_id, v.user_id FROM polls p JOIN poll_votes v ON v.poll_id = p.poll_id WHERE p.event_id = $1 LIMIT $2)
        """;

    /// <summary>Votes deleted in one step: about 5 ms of the server's time.</summary>
    private const int Step = 1_000;

    public async ValueTask<PollOutcome> OpenAsync(Poll poll, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            Poll? open;
            int last;
            await using (var batch = call.BeginBatch())
            {
                batch.Add(LockEvent).With(poll.Event.ToString());
                batch.Add(Select + "WHERE p.event_id = $1 AND p.status = 0").With(poll.Event.Value);
                batch.Add("SELECT coalesce(max(number), 0) FROM polls WHERE event_id = $1").With(poll.Event.Value);
                await using var rows = await call.ReadAsync(batch);
                await rows.NextResultAsync(call.Token);
                open = (await call.ListAsync(rows, Row)).FirstOrDefault();
                await rows.NextResultAsync(call.Token);
                last = (await call.ListAsync(rows, static row => row.GetInt32(0)))[0];
            }
            var outcome = PollRules.Open(poll, open, last);
            await using var rest = call.Batch();
            if (outcome is { IsChanged: true, Poll: { } opened })
                rest.Add(Insert).With(opened.Id.Value).With(opened.Event.Value).With(opened.Number).With(opened.Question).With(opened.Options.ToArray()).With((short)opened.Results).With(opened.EndsAt)
                    .With(opened.OpenedAt).With((short)opened.Status).With((long?)opened.Revision).With((long?)opened.Tally.Version).With(opened.Tally.Votes).With(opened.Tally.Counts!.ToArray());
            await call.CommitAsync(rest);
            return outcome;
        }, ct);

    public async ValueTask<PollOutcome> ChangeAsync(EventId id, PollId poll, PollStatus status, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            Poll? found;
            await using (var batch = call.BeginBatch())
            {
                batch.Add(Lock).With((Guid[])[poll.Value]).With(id.Value);
                found = (await call.QueryAsync(batch, Row)).FirstOrDefault();
            }
            var outcome = PollRules.Change(found, status, now.ToMilliseconds());
            await using var rest = call.Batch();
            if (outcome is { IsChanged: true, Poll: { } changed })
                rest.Add("UPDATE polls SET status = $2, closed_at = $3, revision = $4, changed_at = $5 WHERE poll_id = $1")
                    .With(poll.Value).With((short)changed.Status).With(changed.ClosedAt).With((long?)changed.Revision).With(now);
            await call.CommitAsync(rest);
            return outcome;
        }, ct);

    public async ValueTask<IReadOnlyList<VoteResult>> VoteAsync(EventId id, IReadOnlyList<VoteDraft> drafts, DateTimeOffset now, CancellationToken ct) =>
        drafts.Count == 0 ? [] : await database.WriteAsync(call => VoteAsync(call, id, drafts, now), ct);

    public async ValueTask<IReadOnlyList<Poll>> ListAsync(EventId id, CancellationToken ct) =>
        await database.QueryAsync(Select + "WHERE p.event_id = $1 AND p.status < $2 ORDER BY p.number", statement => statement.With(id.Value).With((short)PollStatus.Removed), Row, ct);

    public async ValueTask<Poll?> FindAsync(EventId id, PollId poll, CancellationToken ct) =>
        (await database.QueryAsync(Select + "WHERE p.poll_id = $1 AND p.event_id = $2", statement => statement.With(poll.Value).With(id.Value), Row, ct)).FirstOrDefault();

    public async ValueTask<Poll?> LastAsync(EventId id, CancellationToken ct) =>
        (await database.QueryAsync(Select + "WHERE p.event_id = $1 ORDER BY p.number DESC LIMIT 1", statement => statement.With(id.Value), Row, ct)).FirstOrDefault(poll => poll.Status != PollStatus.Removed);

    public async ValueTask<IReadOnlyDictionary<PollId, int>> GivenByAsync(EventId id, UserId user, CancellationToken ct) =>
        (await database.QueryAsync("SELECT v.poll_id, v.option FROM polls p JOIN poll_votes v ON v.poll_id = p.poll_id AND v.user_id = $2 WHERE p.event_id = $1", statement => statement.With(id.Value).With(user.Value),
            static row => KeyValuePair.Create(new PollId(row.GetId(0)), (int)row.GetInt16(1)), ct)).ToDictionary();

    public async ValueTask<IReadOnlyList<Poll>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct) =>
        await database.QueryAsync(Due, statement => statement.With(now).With((short)EventStatus.Ended).With(limit), Row, ct);

    public async ValueTask<bool> AnnouncedAsync(Poll poll, CancellationToken ct) =>
        await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add(Announced).With(poll.Id.Value).With((long?)poll.Revision);
            await using var rows = await call.ExecuteAndReadAsync(batch);
            // One that was deleted needs no announcement.
            return !(await call.ListAsync(rows, static row => row.GetBoolean(0))).FirstOrDefault();
        }, ct);

    public async ValueTask<IReadOnlyList<Poll>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct) =>
        await database.QueryAsync(Select + "WHERE p.announced < p.revision AND p.changed_at < $1 LIMIT $2", statement => statement.With(before).With(limit), Row, ct);

    public async ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct)
    {
        if (await database.ExecuteAsync(DeleteVotes, statement => statement.With(id.Value).With(Step), ct) > 0)
            return false;
        // The polls last: their votes are found by them.
        await database.ExecuteAsync("DELETE FROM polls WHERE event_id = $1", statement => statement.With(id.Value), ct);
        return true;
    }

    private static async Task<IReadOnlyList<VoteResult>> VoteAsync(StoreCall call, EventId id, IReadOnlyList<VoteDraft> drafts, DateTimeOffset now)
    {
        var boxes = await ReadAsync(call, id, drafts, now);
        var nothing = new VoteBox(null, [], now);
        Error?[] errors = [.. drafts.Select(draft => boxes.GetValueOrDefault(draft.Vote.Poll, nothing).Take(draft.User, draft.Vote.Option))];
        foreach (var box in boxes.Values)
            box.Count();
        var changed = boxes.Values.Where(box => box.Changed.Count > 0).ToList();
        await using var batch = call.Batch();
        var votes = changed.SelectMany(box => box.Changed.Select(vote => (Poll: box.Poll!.Id.Value, User: vote.Key.Value, Option: (short)vote.Value))).ToList();
        if (votes.Count > 0)
            batch.Add(Put).With(votes.Select(vote => vote.Poll).ToArray()).With(votes.Select(vote => vote.User).ToArray()).With(votes.Select(vote => vote.Option).ToArray());
        foreach (var box in changed)
            batch.Add("UPDATE polls SET version = $2, votes = $3, counts = $4 WHERE poll_id = $1")
                .With(box.Poll!.Id.Value).With((long?)box.Poll.Tally.Version).With(box.Poll.Tally.Votes).With(box.Poll.Tally.Counts!.ToArray());
        call.Rows = votes.Count;
        await call.CommitAsync(batch);
        return [.. drafts.Select((draft, i) => new VoteResult(boxes.GetValueOrDefault(draft.Vote.Poll)?.Poll, errors[i]))];
    }

    /// <summary>The polls of the drafts as they are, in a transaction that keeps others from voting in them and from changing them.</summary>
    private static async Task<Dictionary<PollId, VoteBox>> ReadAsync(StoreCall call, EventId id, IReadOnlyList<VoteDraft> drafts, DateTimeOffset now)
    {
        var pairs = drafts.Select(draft => (Poll: draft.Vote.Poll.Value, User: draft.User.Value)).Distinct().ToList();
        await using var batch = call.BeginBatch();
        batch.Add(Lock).With(drafts.Select(draft => draft.Vote.Poll.Value).Distinct().ToArray()).With(id.Value);
        batch.Add(Given).With(pairs.Select(pair => pair.Poll).ToArray()).With(pairs.Select(pair => pair.User).ToArray());
        await using var rows = await call.ReadAsync(batch);
        var polls = await call.ListAsync(rows, Row);
        await rows.NextResultAsync(call.Token);
        var given = (await call.ListAsync(rows, static row => (Poll: new PollId(row.GetId(0)), User: new UserId(row.GetId(1)), Option: (int)row.GetInt16(2)))).ToLookup(vote => vote.Poll);
        return polls.ToDictionary(poll => poll.Id, poll => new VoteBox(poll, given[poll.Id].ToDictionary(vote => vote.User, vote => vote.Option), now));
    }

    private static Poll Row(NpgsqlDataReader row)
    {
        var id = new PollId(row.GetId(0));
        return new Poll(id, new EventId(row.GetId(1)), row.GetInt32(2), row.GetString(3), row.GetFieldValue<string[]>(4), (PollResults)row.GetInt16(5), row.GetTimeOrNull(6), row.GetTime(7), row.GetTimeOrNull(8),
            (PollStatus)row.GetInt16(9), row.GetInt64(10), new PollTally(id, row.GetInt64(11), row.GetInt32(12), row.GetFieldValue<int[]>(13)));
    }
}
