using LiveComments.Cassandra.Cql;

namespace LiveComments.Cassandra;

/// <summary>The tables of logs and what is asked of them. Why they are so: docs/decisions/the-log-on-cassandra.md.</summary>
internal sealed class LogTables(string keyspace)
{
    /// <summary>The seq of the head of a log that was deleted.</summary>
    public const long Closed = -1;

    private const Consistency Quorum = Consistency.LocalQuorum, Serial = Consistency.LocalSerial;

    /// <summary>
    /// An event's log is found by its epoch, so that a deleted one is gone at once. The columns that begin with <c>head_</c> are the end of the log and stand in its last bucket; <c>head_settled</c>
    /// is the seq up to which the other tables are known to be written. <c>log_entries.comment_seq</c> and <c>thread_seq</c> are where the comment stands that an entry is about, and the first of its
    /// thread, which then has <c>reply_count</c> replies. <c>states</c> is what changes of a comment.
    /// </summary>
    public static IReadOnlyList<(string Table, string Definition)> Schema { get; } =
    [
        ("logs", "(event_id uuid PRIMARY KEY, epoch bigint)"),
        ("log_entries", """
            (
                event_id uuid, epoch bigint, bucket int, seq bigint,
                head_seq bigint STATIC, head_time timestamp STATIC, head_status tinyint STATIC, head_pinned uuid STATIC, head_settled bigint STATIC,
                kind tinyint, time timestamp, comment_id uuid, user_id uuid, role tinyint, username text, display_name text, avatar_url text, text text, mentions text,
                client_platform text, client_version text, reply_to uuid, payload text, comment_seq bigint, thread_seq bigint, reply_count int, key blob, fingerprint blob, writer uuid,
                PRIMARY KEY ((event_id, epoch, bucket), seq)
            )
            """),
        ("comments", "(event_id uuid, epoch bigint, comment_id uuid, seq bigint, time timestamp, user_id uuid, reply_to uuid, thread_seq bigint, PRIMARY KEY ((event_id, epoch, comment_id)))"),
        ("idempotency", "(key blob, epoch bigint, fingerprint blob, comment_id uuid, user_id uuid, seq bigint, time timestamp, PRIMARY KEY ((key, epoch)))"),
        ("states", """
            (
                event_id uuid, epoch bigint, bucket int, seq bigint, removal bigint, removal_time timestamp, removal_by uuid, is_erased boolean, reply_count int,
                PRIMARY KEY ((event_id, epoch, bucket), seq)
            )
            """),
        ("deleted_logs", "(id tinyint, event_id uuid, epoch bigint, PRIMARY KEY (id, event_id, epoch))"),
    ];

    private const string Bucket = " WHERE event_id = ? AND epoch = ? AND bucket = ?";

    private const string Head = "SELECT head_seq, head_time, head_status, head_pinned, head_settled FROM ";

    private const string Move = " SET head_seq = ?, head_time = ?, head_status = ?, head_pinned = ?, head_settled = ?" + Bucket + " IF head_seq = ";

    /// <summary>A log's epoch as whoever appends must know it.</summary>
    public Statement FindLogSerially { get; } = new($"SELECT epoch FROM {keyspace}.logs WHERE event_id = ?", Serial, isRepeatable: true);

    public Statement FindLog { get; } = new($"SELECT epoch FROM {keyspace}.logs WHERE event_id = ?", Quorum, isRepeatable: true);

    public Statement CreateLog { get; } = new($"INSERT INTO {keyspace}.logs (event_id, epoch) VALUES (?, ?) IF NOT EXISTS", Quorum, Serial);

    public Statement ReplaceLog { get; } = new($"UPDATE {keyspace}.logs SET epoch = ? WHERE event_id = ? IF epoch = ?", Quorum, Serial);

    public Statement RemoveLog { get; } = new($"DELETE FROM {keyspace}.logs WHERE event_id = ? IF epoch = ?", Quorum, Serial);

    /// <summary>A bucket's head as whoever appends must know it: a write that is under way is completed or will never be.</summary>
    public Statement ReadHeadSerially { get; } = new(Head + keyspace + ".log_entries" + Bucket + " LIMIT 1", Serial, isRepeatable: true);

    public Statement ReadHead { get; } = new(Head + keyspace + ".log_entries" + Bucket + " LIMIT 1", Quorum, isRepeatable: true);

    /// <summary>The first write of a bucket.</summary>
    public Statement BeginBucket { get; } = new($"UPDATE {keyspace}.log_entries" + Move + "null", Quorum, Serial);

    public Statement MoveHead { get; } = new($"UPDATE {keyspace}.log_entries" + Move + "?", Quorum, Serial);

    public Statement CloseEmptyBucket { get; } = new($"UPDATE {keyspace}.log_entries SET head_seq = {Closed}" + Bucket + " IF head_seq = null", Quorum, Serial);

    public Statement CloseBucket { get; } = new($"UPDATE {keyspace}.log_entries SET head_seq = {Closed}" + Bucket + " IF head_seq = ?", Quorum, Serial);

    public Statement InsertComment { get; } = new($"""
        INSERT INTO {keyspace}.log_entries (event_id, epoch, bucket, seq, kind, time, writer, comment_id, user_id, role, username, display_name, avatar_url, text, mentions,
            client_platform, client_version, reply_to, thread_seq, reply_count, key, fingerprint)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """, Quorum);

    public Statement InsertOther { get; } = new($"""
        INSERT INTO {keyspace}.log_entries (event_id, epoch, bucket, seq, kind, time, writer, comment_id, user_id, payload, comment_seq, thread_seq, reply_count)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """, Quorum);

    /// <summary>Who wrote the entry with a seq, if it is the first of a write.</summary>
    public Statement FindWriter { get; } = new($"SELECT writer FROM {keyspace}.log_entries" + Bucket + " AND seq = ?", Serial, isRepeatable: true);

    public Statement ReadEntries { get; } = new($"SELECT {EntryRow.Columns} FROM {keyspace}.log_entries" + Bucket + " AND seq >= ? AND seq <= ?", Quorum, isRepeatable: true, pageSize: 500);

    public Statement ReadOutlines { get; } = new($"SELECT {EntryRow.OutlineColumns} FROM {keyspace}.log_entries" + Bucket + " AND seq >= ? AND seq <= ?", Quorum, isRepeatable: true, pageSize: 2_000);

    public Statement ReadStates { get; } = new($"SELECT {StateRow.Columns} FROM {keyspace}.states" + Bucket + " AND seq >= ? AND seq <= ?", Quorum, isRepeatable: true, pageSize: 500);

    /// <summary>The timestamp of what is written here is the seq of the entry that it follows from, so that the last one counts in whatever order, and however often, they are written.</summary>
    public Statement PutRemoval { get; } = new($"UPDATE {keyspace}.states USING TIMESTAMP ? SET removal = ?, removal_time = ?, removal_by = ?" + Bucket + " AND seq = ?", Quorum, isRepeatable: true);

    /// <inheritdoc cref="PutRemoval"/>
    public Statement PutReplies { get; } = new($"UPDATE {keyspace}.states USING TIMESTAMP ? SET reply_count = ?" + Bucket + " AND seq = ?", Quorum, isRepeatable: true);

    public Statement FindComment { get; } =
        new($"SELECT seq, time, user_id, reply_to, thread_seq FROM {keyspace}.comments WHERE event_id = ? AND epoch = ? AND comment_id = ?", Quorum, isRepeatable: true);

    public Statement PutComment { get; } =
        new($"INSERT INTO {keyspace}.comments (event_id, epoch, comment_id, seq, time, user_id, reply_to, thread_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", Quorum, isRepeatable: true);

    public Statement FindKey { get; } = new($"SELECT fingerprint, comment_id, user_id, seq, time FROM {keyspace}.idempotency WHERE key = ? AND epoch = ?", Quorum, isRepeatable: true);

    public Statement PutKey { get; } =
        new($"INSERT INTO {keyspace}.idempotency (key, epoch, fingerprint, comment_id, user_id, seq, time) VALUES (?, ?, ?, ?, ?, ?, ?)", Quorum, isRepeatable: true);

    public Statement PutDeleted { get; } = new($"INSERT INTO {keyspace}.deleted_logs (id, event_id, epoch) VALUES (0, ?, ?)", Quorum, isRepeatable: true);

    public Statement NextDeleted { get; } = new($"SELECT event_id, epoch FROM {keyspace}.deleted_logs WHERE id = 0 LIMIT 1", Quorum, isRepeatable: true);

    public Statement ForgetDeleted { get; } = new($"DELETE FROM {keyspace}.deleted_logs WHERE id = 0 AND event_id = ? AND epoch = ?", Quorum, isRepeatable: true);

    public Statement ForgetEntries { get; } = new($"DELETE FROM {keyspace}.log_entries" + Bucket + " AND seq <= ?", Quorum, isRepeatable: true);

    public Statement ForgetStates { get; } = new($"DELETE FROM {keyspace}.states" + Bucket, Quorum, isRepeatable: true);

    public Statement ForgetComment { get; } = new($"DELETE FROM {keyspace}.comments WHERE event_id = ? AND epoch = ? AND comment_id = ?", Quorum, isRepeatable: true);

    public Statement ForgetKey { get; } = new($"DELETE FROM {keyspace}.idempotency WHERE key = ? AND epoch = ?", Quorum, isRepeatable: true);
}
