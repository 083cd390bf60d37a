using System.Text.Json;
using LiveComments.Events;
using LiveComments.Polls;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>One row for each poll, with its counts, and one for each vote.</summary>
internal sealed class SqlitePollStore(SqliteDatabase database) : IPollStore
{
    /// <summary><c>options</c> and <c>counts</c> are JSON arrays. <c>announced</c> is the revision that the event's log has; <c>changed_at</c> is when the present one was stored.</summary>
    public const string Schema = """
        CREATE TABLE polls (
            poll_id BLOB PRIMARY KEY,
            event_id BLOB NOT NULL,
            number INTEGER NOT NULL,
            question TEXT NOT NULL,
            options TEXT NOT NULL,
            results INTEGER NOT NULL,
            ends_at INTEGER,
            opened_at INTEGER NOT NULL,
            closed_at INTEGER,
            status INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            announced INTEGER NOT NULL DEFAULT 0,
            version INTEGER NOT NULL,
            votes INTEGER NOT NULL,
            counts TEXT NOT NULL,
            UNIQUE (event_id, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX open_polls ON polls (event_id) WHERE status = 0;
        CREATE INDEX unannounced_polls ON polls (changed_at) WHERE announced < revision;
        CREATE TABLE poll_votes (
            poll_id BLOB NOT NULL,
            user_id BLOB NOT NULL,
            option INTEGER NOT NULL,
            PRIMARY KEY (poll_id, user_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX poll_votes_by_user ON poll_votes (user_id, poll_id);

        """;

    private const string Select = "SELECT poll_id, event_id, number, question, options, results, ends_at, opened_at, closed_at, status, revision, version, votes, counts FROM polls p ";

    /// <summary>Votes deleted in one step: about 5 ms of the writer's time.</summary>
    private const long Step = 1_000;

    public async ValueTask<PollOutcome> OpenAsync(Poll poll, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            var open = connection.QueryFirst(Select + "INDEXED BY open_polls WHERE event_id = $1 AND status = 0", Row, poll.Event.Value.Blob());
            var last = connection.Scalar<long>("SELECT max(number) FROM polls WHERE event_id = $1", poll.Event.Value.Blob());
            var outcome = PollRules.Open(poll, open, (int)last);
            if (outcome is { IsChanged: true, Poll: { } opened })
                connection.Execute("""
                    INSERT INTO polls (poll_id, event_id, number, question, options, results, ends_at, opened_at, status, revision, changed_at, version, votes, counts)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $8, $11, $12, $13)
                    """, opened.Id.Value.Blob(), opened.Event.Value.Blob(), opened.Number, opened.Question, JsonSerializer.Serialize(opened.Options), (long)opened.Results, opened.EndsAt?.ToUnixTimeMilliseconds(),
                    opened.OpenedAt.ToUnixTimeMilliseconds(), (long)opened.Status, opened.Revision, opened.Tally.Version, opened.Tally.Votes, JsonSerializer.Serialize(opened.Tally.Counts));
            return outcome;
        }, ct);

    public async ValueTask<PollOutcome> ChangeAsync(EventId id, PollId poll, PollStatus status, DateTimeOffset now, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            var outcome = PollRules.Change(Find(connection, id, poll), status, now);
            if (outcome is { IsChanged: true, Poll: { } changed })
                connection.Execute("UPDATE polls SET status = $2, closed_at = $3, revision = $4, changed_at = $5 WHERE poll_id = $1",
                    poll.Value.Blob(), (long)changed.Status, changed.ClosedAt?.ToUnixTimeMilliseconds(), changed.Revision, now.ToUnixTimeMilliseconds());
            return outcome;
        }, ct);

    public async ValueTask<IReadOnlyList<VoteResult>> VoteAsync(EventId id, IReadOnlyList<VoteDraft> drafts, DateTimeOffset now, CancellationToken ct) =>
        drafts.Count == 0 ? [] : await database.WriteAsync(connection => Vote(connection, id, drafts, now), ct, drafts.Count, brief: true);

    public async ValueTask<IReadOnlyList<Poll>> ListAsync(EventId id, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(Select + "WHERE event_id = $1 AND status < $2 ORDER BY number", Row, id.Value.Blob(), (long)PollStatus.Removed), ct);

    public async ValueTask<Poll?> FindAsync(EventId id, PollId poll, CancellationToken ct) => await database.ReadAsync(connection => Find(connection, id, poll), ct);

    public async ValueTask<Poll?> LastAsync(EventId id, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.QueryFirst(Select + "WHERE event_id = $1 ORDER BY number DESC LIMIT 1", Row, id.Value.Blob()), ct) is { Status: not PollStatus.Removed } last ? last : null;

    public async ValueTask<IReadOnlyDictionary<PollId, int>> GivenByAsync(EventId id, UserId user, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            "SELECT v.poll_id, v.option FROM polls p CROSS JOIN poll_votes v ON v.poll_id = p.poll_id AND v.user_id = $2 WHERE p.event_id = $1",
            row => KeyValuePair.Create(new PollId(row.GetId(0)), row.GetInt32(1)), id.Value.Blob(), user.Value.Blob()).ToDictionary(), ct);

    public async ValueTask<IReadOnlyList<Poll>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            Select + "INDEXED BY open_polls WHERE status = 0 AND (ends_at <= $1 OR EXISTS (SELECT 1 FROM events e WHERE e.event_id = p.event_id AND e.status = $2)) LIMIT $3",
            Row, now.ToUnixTimeMilliseconds(), (long)EventStatus.Ended, limit), ct);

    public async ValueTask<bool> AnnouncedAsync(Poll poll, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            connection.Execute("UPDATE polls SET announced = max(announced, $2) WHERE poll_id = $1", poll.Id.Value.Blob(), poll.Revision);
            // One that was deleted needs no announcement.
            return connection.Scalar<long>("SELECT count(*) FROM polls WHERE poll_id = $1 AND announced < revision", poll.Id.Value.Blob()) == 0;
        }, ct);

    public async ValueTask<IReadOnlyList<Poll>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.Query(
            Select + "INDEXED BY unannounced_polls WHERE announced < revision AND changed_at < $1 LIMIT $2", Row, before.ToUnixTimeMilliseconds(), limit), ct);

    public async ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            var votes = connection.Execute("""
                DELETE FROM poll_votes WHERE (poll_id, user_id) IN (
                    SELECT v.poll_id, v.user_id FROM polls p CROSS JOIN poll_votes v ON v.poll_id = p.poll_id WHERE p.event_id = $1 LIMIT $2)
                """, id.Value.Blob(), Step);
            // The polls last: their votes are found by them.
            if (votes == 0)
                connection.Execute("DELETE FROM polls WHERE event_id = $1", id.Value.Blob());
            return votes == 0;
        }, ct);

    private static IReadOnlyList<VoteResult> Vote(SqliteConnection connection, EventId id, IReadOnlyList<VoteDraft> drafts, DateTimeOffset now)
    {
        var boxes = new Dictionary<PollId, VoteBox>();
        var errors = new Error?[drafts.Count];
        for (var i = 0; i < errors.Length; i++)
        {
            var (user, vote) = (drafts[i].User, drafts[i].Vote);
            if (!boxes.TryGetValue(vote.Poll, out var box))
                boxes.Add(vote.Poll, box = new VoteBox(Find(connection, id, vote.Poll), Given(connection, vote.Poll, drafts), now));
            errors[i] = box.Take(user, vote.Option);
        }
        foreach (var (poll, box) in boxes)
        {
            box.Count();
            foreach (var (user, option) in box.Changed)
            {
                using var put = connection.Statement("INSERT INTO poll_votes (poll_id, user_id, option) VALUES (?1, ?2, ?3) ON CONFLICT (poll_id, user_id) DO UPDATE SET option = excluded.option")
                    .Bind(1, poll.Value).Bind(2, user.Value).Bind(3, (long)option);
                put.Run();
            }
            if (box.Changed.Count > 0)
                connection.Execute("UPDATE polls SET version = $2, votes = $3, counts = $4 WHERE poll_id = $1",
                    poll.Value.Blob(), box.Poll!.Tally.Version, box.Poll.Tally.Votes, JsonSerializer.Serialize(box.Poll.Tally.Counts));
        }
        var results = new VoteResult[errors.Length];
        for (var i = 0; i < results.Length; i++)
            results[i] = new VoteResult(boxes[drafts[i].Vote.Poll].Poll, errors[i]);
        return results;
    }

    /// <summary>What those of the batch who vote in a poll chose before.</summary>
    private static Dictionary<UserId, int> Given(SqliteConnection connection, PollId poll, IReadOnlyList<VoteDraft> drafts)
    {
        var given = new Dictionary<UserId, int>();
        foreach (var user in drafts.Where(draft => draft.Vote.Poll == poll).Select(draft => draft.User).Distinct())
        {
            using var row = connection.Statement("SELECT option FROM poll_votes WHERE poll_id = ?1 AND user_id = ?2").Bind(1, poll.Value).Bind(2, user.Value);
            if (row.Step())
                given.Add(user, row.Int32(0));
        }
        return given;
    }

    private static Poll? Find(SqliteConnection connection, EventId id, PollId poll) => connection.QueryFirst(Select + "WHERE poll_id = $1 AND event_id = $2", Row, poll.Value.Blob(), id.Value.Blob());

    private static Poll Row(SqliteDataReader row)
    {
        var id = new PollId(row.GetId(0));
        return new Poll(id, new EventId(row.GetId(1)), row.GetInt32(2), row.GetString(3), JsonSerializer.Deserialize<string[]>(row.GetString(4))!, (PollResults)row.GetByte(5), row.GetTimeOrNull(6), row.GetTime(7),
            row.GetTimeOrNull(8), (PollStatus)row.GetByte(9), row.GetInt64(10), new PollTally(id, row.GetInt64(11), row.GetInt32(12), JsonSerializer.Deserialize<int[]>(row.GetString(13))!));
    }
}
