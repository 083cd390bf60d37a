using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>
/// What a batch of drafts changes in the database, written by a handful of statements whatever the size of the batch: each takes a whole column as an array. Entries of one batch have the same
/// time.
/// </summary>
internal sealed class LogWrites(DateTimeOffset time)
{
    private const string InsertEntries = """
        INSERT INTO entries (log, time, seq, kind, comment_id, user_id, reply_to, role, username, display_name, avatar_url, text, mentions, client_platform, client_version, payload)
        SELECT $1, $2, seq, kind, comment_id, user_id, reply_to, role, username, display_name, avatar_url, text, mentions::json, client_platform, client_version, payload
        FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            AS rows (seq, kind, comment_id, user_id, reply_to, role, username, display_name, avatar_url, text, mentions, client_platform, client_version, payload)
        """;

    private const string InsertMentions = "INSERT INTO mentions (user_id, comment_id) SELECT * FROM unnest($1, $2)";

    /// <summary>Keys of this log were looked up before, so a key that is there is left over from a deleted log.</summary>
    private const string InsertKeys = """
        INSERT INTO idempotency (log, time, key, fingerprint, seq) SELECT $1, $2, * FROM unnest($3, $4, $5)
        ON CONFLICT (key) DO UPDATE SET log = excluded.log, time = excluded.time, fingerprint = excluded.fingerprint, seq = excluded.seq
        """;

    private const string CountReplies = """
        UPDATE entries e SET reply_count = e.reply_count + replies.change FROM unnest($1, $2) AS replies (comment_id, change)
        WHERE e.comment_id = replies.comment_id AND e.kind = 1
        """;

    private const string MarkRemoved = """
        UPDATE entries e SET removal = removals.seq FROM unnest($1, $2) AS removals (comment_id, seq) WHERE e.comment_id = removals.comment_id AND e.kind = 1
        """;

    private const string MarkQuestions = """
        UPDATE entries e SET payload = marks.status FROM unnest($1, $2) AS marks (comment_id, status) WHERE e.comment_id = marks.comment_id AND e.kind = 1
        """;

    private const string MoveHead = "UPDATE logs SET last_seq = $2, last_time = $3, pinned = $4, staged = $5 WHERE log = $1";

    private const string ChangeStatus = "UPDATE logs SET status = $2, ended_at = $3 WHERE log = $1";

    /// <summary>A removal that points to itself has been dealt with: its text is not to be erased.</summary>
    private const string CloseRemovals = "UPDATE entries SET removal = seq WHERE log = $1 AND seq = ANY($2)";

    /// <summary>Also those that the same batch removed again: the entry carries what was pinned, restored or put on stage.</summary>
    private const string ReadNamed = "SELECT " + EntryRow.Columns + " FROM entries e" + EntryRow.Joins + "WHERE e.comment_id = ANY($1) AND e.kind = 1";

    private readonly List<Row> _rows = [];
    private readonly List<(Guid User, Guid Comment)> _mentions = [];
    private readonly List<(byte[] Key, Guid Fingerprint, long Seq)> _keys = [];
    private readonly Dictionary<Guid, int> _replies = [];
    private readonly Dictionary<Guid, long?> _removals = [];
    private readonly Dictionary<Guid, string> _marks = [];
    private readonly HashSet<Guid> _named = [];
    private readonly List<long> _closed = [];
    private EventStatus? _status;

    public bool IsEmpty => _rows.Count == 0;

    public int Count => _rows.Count;

    public void Add(long seq, CommentDraft draft, CommentId? thread)
    {
        _rows.Add(new Row(seq, EntryKind.Comment, draft.Id.Value, draft.Author.Id.Value, null, draft, thread?.Value));
        foreach (var user in draft.Mentions.Select(mention => mention.UserId.Value).Distinct())
            _mentions.Add((user, draft.Id.Value));
    }

    public void Add(long seq, EntryKind kind, CommentId? comment, UserId? by, string? payload) => _rows.Add(new Row(seq, kind, comment?.Value, by?.Value, payload));

    public void AddKey(long seq, byte[] key, UInt128 fingerprint) => _keys.Add((key, fingerprint.ToGuid(), seq));

    public void CountReply(CommentId root, int change) => _replies[root.Value] = _replies.GetValueOrDefault(root.Value) + change;

    public void Remove(CommentId comment, long seq) => _removals[comment.Value] = seq;

    /// <param name="removal">The seq of the removal that is taken back.</param>
    public void Restore(CommentId comment, long removal)
    {
        _removals[comment.Value] = null;
        _closed.Add(removal);
    }

    public void Mark(CommentId question, QuestionStatus status) => _marks[question.Value] = status.Name();

    /// <summary>A comment that an entry carries beside those that are pinned or restored.</summary>
    public void Name(CommentId comment) => _named.Add(comment.Value);

    public void SetStatus(EventStatus status) => _status = status;

    /// <summary>Writes everything and commits, in one round trip; the comments that were pinned, restored or put on stage.</summary>
    /// <param name="log">The head as it is after the batch.</param>
    public async Task<IReadOnlyDictionary<CommentId, Comment>> CommitAsync(StoreCall call, LogHeadRow log)
    {
        await using var batch = call.Batch();
        AddEntries(batch, log.Log);
        if (_mentions.Count > 0)
            batch.Add(InsertMentions).With(_mentions.Select(mention => mention.User).ToArray()).With(_mentions.Select(mention => mention.Comment).ToArray());
        if (_keys.Count > 0)
            batch.Add(InsertKeys).With(log.Log).With(time)
                .With(_keys.Select(key => key.Key).ToArray()).With(_keys.Select(key => key.Fingerprint).ToArray()).With(_keys.Select(key => key.Seq).ToArray());
        if (_replies.Count > 0)
            batch.Add(CountReplies).With(_replies.Keys.ToArray()).With(_replies.Values.ToArray());
        if (_removals.Count > 0)
            batch.Add(MarkRemoved).With(_removals.Keys.ToArray()).With(_removals.Values.ToArray());
        if (_marks.Count > 0)
            batch.Add(MarkQuestions).With(_marks.Keys.ToArray()).With(_marks.Values.ToArray());
        if (_closed.Count > 0)
            batch.Add(CloseRemovals).With(log.Log).With(_closed.ToArray());
        batch.Add(MoveHead).With(log.Log).With(log.LastSeq).With(time).With(log.Pinned?.Value).With(log.Staged?.Value);
        if (_status is { } status)
            batch.Add(ChangeStatus).With(log.Log).With((short)status).With(status == EventStatus.Ended ? time : null);
        var named = _rows.Where(row => row is { Kind: EntryKind.Pin or EntryKind.Restoration, Comment: not null }).Select(row => row.Comment!.Value).Concat(_named).Distinct().ToArray();
        var comments = new Dictionary<CommentId, Comment>();
        if (named.Length > 0)
            batch.Add(ReadNamed).With(named);
        await call.CommitAsync(batch, async rows =>
        {
            while (await rows.ReadAsync(call.Token))
            {
                var comment = EntryRow.ReadComment(rows, log.Epoch, 0);
                comments.Add(comment.Id, comment);
            }
        });
        return comments;
    }

    private void AddEntries(NpgsqlBatch batch, int log) => batch.Add(InsertEntries).With(log).With(time)
        .With(Column(row => row.Seq)).With(Column(row => (short)row.Kind)).With(Column(row => row.Comment)).With(Column(row => row.User)).With(Column(row => row.Thread))
        .With(Column(row => (short?)row.Draft?.Author.Role)).With(Column(row => row.Draft?.Author.Username)).With(Column(row => row.Draft?.Author.DisplayName))
        .With(Column(row => row.Draft?.Author.AvatarUrl)).With(Column(row => row.Draft?.Text)).With(Column(row => row.Draft is { } draft ? EntryRow.WriteMentions(draft.Mentions) : null))
        .With(Column(row => row.Draft?.Client?.Platform)).With(Column(row => row.Draft?.Client?.Version)).With(Column(row => row.Payload ?? row.Draft?.Question?.Name()));

    private T[] Column<T>(Func<Row, T> value)
    {
        var values = new T[_rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(_rows[i]);
        return values;
    }

    private sealed record Row(long Seq, EntryKind Kind, Guid? Comment, Guid? User, string? Payload, CommentDraft? Draft = null, Guid? Thread = null);
}
