using System.Collections.Concurrent;
using LiveComments.Followers;

namespace LiveComments.Cassandra;

/// <summary>
/// Which logs in Cassandra have something new for a follower. How far it has come is kept in another store, with what it has counted. At first and once an hour it looks at every log, and in between
/// at those that were noted as changed.
/// </summary>
internal sealed class CassandraFollowerStore(IFollowerStore positions, CassandraDatabase database, TimeProvider time) : IFollowerStore
{
    /// <summary>A node that was frozen in the middle of a write may do it long after its note. Such a write is found then, unless the event has changed again before.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);

    /// <summary>Positions that are read at once.</summary>
    private const int Page = 1_000;

    /// <summary>Events that are compared at once.</summary>
    private const int Together = 16;

    private readonly ConcurrentDictionary<string, Round> _rounds = new(StringComparer.Ordinal);

    public async ValueTask<IReadOnlyList<FollowedEvent>> BehindAsync(string follower, EventId? after, int limit, CancellationToken ct)
    {
        var round = _rounds.GetOrAdd(follower, _ => new Round());
        if (after is null)
            await CollectAsync(follower, round, ct);
        var behind = new List<FollowedEvent>();
        foreach (var some in round.Candidates.Where(id => after is not { } last || id.Value.CompareTo(last.Value) > 0).OrderBy(id => id.Value).Chunk(Together))
        {
            var compared = new FollowedEvent?[some.Length];
            await database.AskReactionsAsync(async rows =>
            {
                await LogStore.EachAsync(Enumerable.Range(0, some.Length), async i => compared[i] = await CompareAsync(rows, follower, some[i], ct), ct);
                return true;
            }, writes: false, ct);
            for (var i = 0; i < some.Length; i++)
            {
                if (compared[i] is not { } one)
                    round.Candidates.Remove(some[i]);
                else if (behind.Count < limit)
                    behind.Add(one);
            }
            if (behind.Count == limit)
                break;
        }
        return behind;
    }

    public ValueTask<IReadOnlyList<KeyValuePair<EventId, FollowerPosition>>> PositionsAsync(string follower, EventId? after, int limit, CancellationToken ct) =>
        positions.PositionsAsync(follower, after, limit, ct);

    public ValueTask<FollowerPosition?> FindAsync(string follower, EventId id, CancellationToken ct) => positions.FindAsync(follower, id, ct);

    public ValueTask KeepAsync(string follower, EventId id, FollowerPosition position, CancellationToken ct) => positions.KeepAsync(follower, id, position, ct);

    public ValueTask ForgetAsync(string follower, EventId id, CancellationToken ct) => positions.ForgetAsync(follower, id, ct);

    /// <summary>Adds the events that may have something new.</summary>
    private async Task CollectAsync(string follower, Round round, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var isWhole = round.Whole is not { } whole || now - whole >= LookEvery || now < whole;
        var found = await database.AskLogsAsync(async store =>
        {
            var events = new List<EventId>();
            if (isWhole)
                await foreach (var row in store.RowsAsync(store.Tables.ReadLogs, ct))
                    events.Add(new EventId(row.GetGuid(0)));
            // A minute more, for nodes whose clocks are ahead.
            var (first, last) = (ChangeNotes.MinuteOf((isWhole ? now : round.Last) - ChangeNotes.Span), ChangeNotes.MinuteOf(now) + 1);
            for (var minute = first; minute <= last; minute++)
                await foreach (var row in store.RowsAsync(store.Tables.ReadChanged, ct, minute))
                    events.Add(new EventId(row.GetGuid(0)));
            return events;
        }, writes: false, ct);
        // Of those that it has read the log may be gone.
        if (isWhole)
            for (EventId? after = null; await positions.PositionsAsync(follower, after, Page, ct) is { Count: > 0 } page; after = page[^1].Key)
                found.AddRange(page.Select(position => position.Key));
        round.Candidates.UnionWith(found);
        round.Last = now;
        if (isWhole)
            round.Whole = now;
    }

    /// <summary>Null when the follower knows everything of the event.</summary>
    private async Task<FollowedEvent?> CompareAsync(ReactionRows rows, string follower, EventId id, CancellationToken ct)
    {
        var reached = await positions.FindAsync(follower, id, ct);
        if (await rows.Logs.FindEpochAsync(id, ct) is not { } epoch)
            return reached is null ? null : new FollowedEvent(id, reached, null);
        // A closed log is being deleted, or is followed by an empty one in a moment; that is noted too.
        if (await rows.Logs.FindHeadAsync(id, epoch, null, rows.Logs.Tables.ReadHead, ct) is not { IsBegun: true, IsClosed: false } head)
            return null;
        var isBehind = reached is not { } known || known.Log.Epoch != head.Epoch || known.Log.Seq < head.Seq || await rows.ReadHeadAsync(id, head.Epoch, ct) is var last && last.Version > known.ReactionVersion;
        return isBehind ? new FollowedEvent(id, reached, head.Head) : null;
    }

    /// <summary>What a follower has to look at. One follower asks, and not twice at once.</summary>
    private sealed class Round
    {
        public HashSet<EventId> Candidates { get; } = [];

        /// <summary>When all logs were looked at; null: never.</summary>
        public DateTimeOffset? Whole { get; set; }

        /// <summary>When the notes were read.</summary>
        public DateTimeOffset Last { get; set; }
    }
}
