using LiveComments.Comments;
using LiveComments.Log;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>
/// What <see cref="LogRules"/> needs to know for a batch of drafts, read in one round trip after the event's head row was locked. Until the transaction ends, nobody else places anything in
/// this log, so the facts stay true; each statement sees everything that was committed before it began.
/// </summary>
internal sealed class LogFacts
{
    private const string Create = """
        INSERT INTO logs (event_id, epoch, last_seq, last_time, status) VALUES ($1, $2, 0, $3, 0) ON CONFLICT (event_id) DO NOTHING
        """;

    private const string Lock = "SELECT " + LogHeadRow.Columns + " FROM logs l WHERE " + LogHeadRow.OfEvent + " FOR UPDATE";

    private const string Comments = """
        SELECT e.comment_id, e.log, e.seq, e.time, e.user_id, e.reply_to, removal.seq, removal.time, removal.user_id, e.text IS NULL, e.payload
        FROM entries e LEFT JOIN entries removal ON removal.log = e.log AND removal.seq = e.removal
        WHERE e.comment_id = ANY($1) AND e.kind = 1
        """;

    /// <summary>Also of deleted logs. Were the log a condition, reading all of it would look cheap while it is short.</summary>
    private const string Keys = """
        SELECT k.key, k.log, k.fingerprint, e.comment_id, e.user_id, e.seq, e.time
        FROM idempotency k JOIN entries e ON e.log = k.log AND e.seq = k.seq
        WHERE k.key = ANY($1)
        """;

    private readonly Dictionary<CommentId, KnownComment> _comments = [];
    private readonly Dictionary<string, EarlierComment> _keys = new(StringComparer.Ordinal);

    private LogFacts()
    {
    }

    /// <summary>The log as it was before the batch; null when the event has none.</summary>
    public LogHeadRow? Head { get; private set; }

    /// <summary>True when <see cref="Head"/> was created for this batch: it counts from the first status on.</summary>
    public bool IsNew { get; private set; }

    /// <param name="keys">For each draft the stored form of its idempotency key, or null.</param>
    /// <param name="now">When a log that is created begins.</param>
    public static async Task<LogFacts> ReadAsync(StoreCall call, EventId id, IReadOnlyList<EntryDraft> drafts, byte[]?[] keys, DateTimeOffset now)
    {
        var (ids, used) = (Ids(drafts), keys.OfType<byte[]>().ToArray());
        var creates = drafts.Any(draft => draft is StatusDraft);
        var facts = await ReadAsync(call, call.BeginBatch(), id, ids, used, creates, now);
        // A log that was replaced by an empty one while this waited for its lock is not seen by the statement that waited.
        return facts.Head is null ? await ReadAsync(call, call.Batch(), id, ids, used, creates, now) : facts;
    }

    /// <summary>A comment that is known under this id, in this log or another; null when none is.</summary>
    public KnownComment? Find(CommentId id) => _comments.GetValueOrDefault(id);

    /// <summary>What this log has under an idempotency key.</summary>
    public EarlierComment? Find(byte[] key) => _keys.TryGetValue(Convert.ToHexString(key), out var found) ? found : null;

    /// <summary>Later drafts of the batch know what earlier ones have placed.</summary>
    public void Add(CommentId id, KnownComment comment, byte[]? key, UInt128? fingerprint)
    {
        _comments.Add(id, comment);
        if (key is not null)
            _keys.Add(Convert.ToHexString(key), comment.ToEarlier(id, fingerprint));
    }

    /// <summary>The comments that drafts name. A comment with a key is known by it, unless it was approved: nobody may remember its key any more.</summary>
    private static Guid[] Ids(IReadOnlyList<EntryDraft> drafts)
    {
        var ids = new HashSet<Guid>();
        foreach (var draft in drafts)
            switch (draft)
            {
                case CommentDraft comment:
                    if (comment.Key is null || comment.IsApproved)
                        ids.Add(comment.Id.Value);
                    if (comment.ReplyTo is { } parent)
                        ids.Add(parent.Value);
                    break;
                case RemovalDraft removal:
                    ids.Add(removal.CommentId.Value);
                    break;
                case RestoreDraft restore:
                    ids.Add(restore.CommentId.Value);
                    break;
                case PinDraft { CommentId: { } pinned }:
                    ids.Add(pinned.Value);
                    break;
                case StageDraft { CommentId: { } staged }:
                    ids.Add(staged.Value);
                    break;
                case QuestionDraft question:
                    ids.Add(question.CommentId.Value);
                    break;
            }
        return [.. ids];
    }

    private static async Task<LogFacts> ReadAsync(StoreCall call, NpgsqlBatch batch, EventId id, Guid[] ids, byte[][] keys, bool creates, DateTimeOffset now)
    {
        await using var owned = batch;
        var facts = new LogFacts();
        var epoch = Random.Shared.NextInt64();
        if (creates)
            batch.Add(Create).With(id.Value).With(epoch).With(now);
        batch.Add(Lock).With(id.Value);
        if (ids.Length > 0)
            batch.Add(Comments).With(ids);
        if (keys.Length > 0)
            batch.Add(Keys).With(keys);
        await using var rows = await call.ReadAsync(batch);
        if (await rows.ReadAsync(call.Token))
        {
            facts.Head = LogHeadRow.Read(rows);
            facts.IsNew = creates && facts.Head.Value.Epoch == epoch;
        }
        if (facts.Head is not { } head)
            return facts;
        if (ids.Length > 0 && await rows.NextResultAsync(call.Token))
            while (await rows.ReadAsync(call.Token))
                facts._comments.Add(new CommentId(rows.GetId(0)), new KnownComment(
                    rows.GetInt32(1) == head.Log, new Position(head.Epoch, rows.GetInt64(2)), rows.GetTime(3), new UserId(rows.GetId(4)), rows.IsDBNull(5) ? null : new CommentId(rows.GetId(5)))
                {
                    Removal = rows.IsDBNull(6) ? null : new Removal(new Position(head.Epoch, rows.GetInt64(6)), rows.GetTime(7), new UserId(rows.GetId(8)), rows.GetBoolean(9)),
                    Question = QuestionStatuses.OfStored(rows.GetStringOrNull(10)),
                });
        if (keys.Length > 0 && await rows.NextResultAsync(call.Token))
            while (await rows.ReadAsync(call.Token))
                if (rows.GetInt32(1) == head.Log)
                    facts._keys.Add(Convert.ToHexString(rows.GetFieldValue<byte[]>(0)), new EarlierComment(
                        new CommentId(rows.GetId(3)), new UserId(rows.GetId(4)), new Position(head.Epoch, rows.GetInt64(5)), rows.GetTime(6), rows.GetId(2).ToUInt128()));
        return facts;
    }
}
