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
    /// thread, which then has <c>reply_count</c> replies. <c>states</c> is what changes of a comment, <c>others</c> are the places where no comment stands: of other entries, and of removed comments.
    /// </summary>
    public static IReadOnlyList<(string Table, string Definition)> Schema { get; } =
    [
        ("logs", "(event_id uuid PRIMARY KEY, epoch bigint)"),
        ("log_entries", """
            (
                event_id uuid, epoch bigint, bucket int, seq bigint,
                head_seq bigint STATIC, head_time timestamp STATIC, head_status tinyint STATIC, head_pinned uuid STATIC, head_settled bigint STATIC, head_erasures bigint STATIC,
                kind tinyint, time timestamp, comment_id uuid, user_id uuid, role tinyint, username text, display_name text, avatar_url text, text text, mentions text,
                client_platform text, client_version text, reply_to uuid, payload text, comment_seq bigint, thread_seq bigint, reply_count int, key blob, fingerprint blob, writer uuid,
                PRIMARY KEY ((event_id, epoch, bucket), seq)
            )
            """),
        ("comments", "(event_id uuid, epoch bigint, comment_id uuid, seq bigint, time timestamp, user_id uuid, reply_to uuid, thread_seq bigint, PRIMARY KEY ((event_id, epoch, comment_id)))"),
        ("idempotency", "(key blob, epoch bigint, fingerprint blob, comment_id uuid, user_id uuid, seq bigint, time timestamp, PRIMARY KEY ((key, epoch)))" + Expiring),
        ("states", """
            (
                event_id uuid, epoch bigint, bucket int, seq bigint, removal bigint, removal_time timestamp, removal_by uuid, erased bigint, reply_count int,
                version bigint, likes int, loves int, hahas int, wows int, sads int, angries int,
                PRIMARY KEY ((event_id, epoch, bucket), seq)
            )
            """),
        ("replies", "(event_id uuid, epoch bigint, thread_id uuid, seq bigint, PRIMARY KEY ((event_id, epoch, thread_id), seq))"),
        ("comments_by_author", Found),
        ("comments_by_mention", Found),
        ("first_comments", "(event_id uuid, epoch bigint, user_id uuid, seq bigint, PRIMARY KEY ((event_id, epoch, user_id)))"),
        ("others", "(event_id uuid, epoch bigint, bucket int, seq bigint, PRIMARY KEY ((event_id, epoch, bucket), seq))"),
        ("entries_about", "(event_id uuid, epoch bigint, comment_id uuid, seq bigint, PRIMARY KEY ((event_id, epoch, comment_id), seq))"),
        ("ended_logs", "(id tinyint, event_id uuid, epoch bigint, ended_at timestamp, PRIMARY KEY (id, event_id, epoch))"),
        ("removals", "(period bigint, event_id uuid, epoch bigint, seq bigint, comment_seq bigint, PRIMARY KEY (period, event_id, epoch, seq))"),
        ("removal_periods", "(id tinyint, period bigint, PRIMARY KEY (id, period))"),
        ("changed_logs", "(minute bigint, event_id uuid, PRIMARY KEY (minute, event_id))" + Expiring),
        ("deleted_logs", "(id tinyint, event_id uuid, epoch bigint, PRIMARY KEY (id, event_id, epoch))"),
    ];

    /// <summary>
    /// What an event shows beside the order of its log: its questions by the place of the comment, with their status, and what was put on stage by the place of the entry, with the comment or nothing.
    /// </summary>
    public static IReadOnlyList<(string Table, string Definition)> StageAndQuestions { get; } =
    [
        ("questions", "(event_id uuid, epoch bigint, seq bigint, status tinyint, PRIMARY KEY ((event_id, epoch), seq)) WITH CLUSTERING ORDER BY (seq DESC)"),
        ("stages", "(event_id uuid, epoch bigint, seq bigint, time timestamp, comment_id uuid, PRIMARY KEY ((event_id, epoch), seq)) WITH CLUSTERING ORDER BY (seq DESC)"),
    ];

    /// <summary>Rows that go by themselves: whole files do, three hours after the last of their rows. That is as long as a node that is away is told later of what it missed.</summary>
    private const string Expiring = " WITH compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'HOURS', 'compaction_window_size': 2} AND gc_grace_seconds = 10800";

    private const string Found = "(user_id uuid, comment_id uuid, event_id uuid, epoch bigint, seq bigint, PRIMARY KEY (user_id, comment_id)) WITH CLUSTERING ORDER BY (comment_id DESC)";

    private const string Bucket = " WHERE event_id = ? AND epoch = ? AND bucket = ?";

    private const string Head = "SELECT head_seq, head_time, head_status, head_pinned, head_settled, head_erasures FROM ";

    private const string Move = " SET head_seq = ?, head_time = ?, head_status = ?, head_pinned = ?, head_settled = ?, head_erasures = ?" + Bucket + " IF head_seq = ";

    /// <summary>A log's epoch as whoever appends must know it.</summary>
    public Statement FindLogSerially { get; } = new($"SELECT epoch FROM {keyspace}.logs WHERE event_id = ?", Serial, isRepeatable: true);

    public Statement FindLog { get; } = new($"SELECT epoch FROM {keyspace}.logs WHERE event_id = ?", Quorum, isRepeatable: true);

    public Statement ReadLogs { get; } = new($"SELECT event_id FROM {keyspace}.logs", Quorum, isRepeatable: true, pageSize: 5_000);

    public Statement PutChanged { get; } = new($"INSERT INTO {keyspace}.changed_logs (minute, event_id) VALUES (?, ?) USING TTL ?", Quorum, isRepeatable: true);

    public Statement ReadChanged { get; } = new($"SELECT event_id FROM {keyspace}.changed_logs WHERE minute = ?", Quorum, isRepeatable: true, pageSize: 5_000);

    public Statement CreateLog { get; } = new($"INSERT INTO {keyspace}.logs (event_id, epoch) VALUES (?, ?) IF NOT EXISTS", Quorum, Serial);

    public Statement ReplaceLog { get; } = new($"UPDATE {keyspace}.logs SET epoch = ? WHERE event_id = ? IF epoch = ?", Quorum, Serial);

    public Statement RemoveLog { get; } = new($"DELETE FROM {keyspace}.logs WHERE event_id = ? IF epoch = ?", Quorum, Serial);

    /// <summary>A bucket's head as whoever appends must know it: a write that is under way is completed or will never be.</summary>
    public Statement ReadHeadSerially { get; } = new(Head + keyspace + ".log_entries" + Bucket + " LIMIT 1", Serial, isRepeatable: true);

    public Statement ReadHead { get; } = new(Head + keyspace + ".log_entries" + Bucket + " LIMIT 1", Quorum, isRepeatable: true);

    /// <summary>The first write of a bucket.</summary>
    public Statement BeginBucket { get; } = new($"UPDATE {keyspace}.log_entries" + Move + "null", Quorum, Serial);

    public Statement MoveHead { get; } = new($"UPDATE {keyspace}.log_entries" + Move + "? AND head_erasures = ?", Quorum, Serial);

    public Statement CloseEmptyBucket { get; } = new($"UPDATE {keyspace}.log_entries SET head_seq = {Closed}" + Bucket + " IF head_seq = null", Quorum, Serial);

    public Statement CloseBucket { get; } = new($"UPDATE {keyspace}.log_entries SET head_seq = {Closed}" + Bucket + " IF head_seq = ?", Quorum, Serial);

    public Statement InsertComment { get; } = new($"""
        INSERT INTO {keyspace}.log_entries (event_id, epoch, bucket, seq, kind, time, writer, comment_id, user_id, role, username, display_name, avatar_url, text, mentions,
            client_platform, client_version, reply_to, thread_seq, reply_count, key, fingerprint, payload)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """, Quorum);

    public Statement InsertOther { get; } = new($"""
        INSERT INTO {keyspace}.log_entries (event_id, epoch, bucket, seq, kind, time, writer, comment_id, user_id, payload, comment_seq, thread_seq, reply_count)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """, Quorum);

    /// <summary>Who wrote the entry with a seq, if it is the first of a write.</summary>
    public Statement FindWriter { get; } = new($"SELECT writer FROM {keyspace}.log_entries" + Bucket + " AND seq = ?", Serial, isRepeatable: true);

    public Statement ReadEntries { get; } = new($"SELECT {EntryRow.Columns} FROM {keyspace}.log_entries" + Bucket + " AND seq >= ? AND seq <= ?", Quorum, isRepeatable: true, pageSize: 500);

    public Statement ReadOutlines { get; } = new($"SELECT {EntryRow.OutlineColumns} FROM {keyspace}.log_entries" + Bucket + " AND seq >= ? AND seq <= ?", Quorum, isRepeatable: true, pageSize: 2_000);

    public Statement ReadSomeEntries { get; } = new($"SELECT {EntryRow.Columns} FROM {keyspace}.log_entries" + Bucket + " AND seq IN ?", Quorum, isRepeatable: true, pageSize: 500);

    public Statement ReadSomeStates { get; } = new($"SELECT {StateRow.Columns} FROM {keyspace}.states" + Bucket + " AND seq IN ?", Quorum, isRepeatable: true, pageSize: 500);

    public Statement ReadTime { get; } = new($"SELECT time FROM {keyspace}.log_entries" + Bucket + " AND seq = ?", Quorum, isRepeatable: true);

    public Statement ReadStates { get; } = new($"SELECT {StateRow.Columns} FROM {keyspace}.states" + Bucket + " AND seq >= ? AND seq <= ?", Quorum, isRepeatable: true, pageSize: 500);

    /// <summary>The timestamp of what is written here is the seq of the entry that it follows from, so that the last one counts in whatever order, and however often, they are written.</summary>
    public Statement PutRemoval { get; } = new($"UPDATE {keyspace}.states USING TIMESTAMP ? SET removal = ?, removal_time = ?, removal_by = ?" + Bucket + " AND seq = ?", Quorum, isRepeatable: true);

    /// <inheritdoc cref="PutRemoval"/>
    public Statement PutReplies { get; } = new($"UPDATE {keyspace}.states USING TIMESTAMP ? SET reply_count = ?" + Bucket + " AND seq = ?", Quorum, isRepeatable: true);

    /// <inheritdoc cref="PutRemoval"/>
    public Statement PutQuestion { get; } = new($"INSERT INTO {keyspace}.questions (event_id, epoch, seq, status) VALUES (?, ?, ?, ?) USING TIMESTAMP ?", Quorum, isRepeatable: true);

    public Statement ReadQuestions { get; } = new($"SELECT seq FROM {keyspace}.questions WHERE event_id = ? AND epoch = ?", Quorum, isRepeatable: true, pageSize: 500);

    public Statement ReadSomeQuestions { get; } = new($"SELECT seq, status FROM {keyspace}.questions WHERE event_id = ? AND epoch = ? AND seq IN ?", Quorum, isRepeatable: true, pageSize: 500);

    public Statement ForgetQuestions { get; } = new($"DELETE FROM {keyspace}.questions WHERE event_id = ? AND epoch = ?", Quorum, isRepeatable: true);

    public Statement PutStage { get; } = new($"INSERT INTO {keyspace}.stages (event_id, epoch, seq, time, comment_id) VALUES (?, ?, ?, ?, ?)", Quorum, isRepeatable: true);

    /// <summary>The last first.</summary>
    public Statement ReadStages { get; } = new($"SELECT seq, time, comment_id FROM {keyspace}.stages WHERE event_id = ? AND epoch = ? LIMIT ?", Quorum, isRepeatable: true, pageSize: 500);

    public Statement ForgetStages { get; } = new($"DELETE FROM {keyspace}.stages WHERE event_id = ? AND epoch = ?", Quorum, isRepeatable: true);

    public Statement FindComment { get; } =
        new($"SELECT seq, time, user_id, reply_to, thread_seq FROM {keyspace}.comments WHERE event_id = ? AND epoch = ? AND comment_id = ?", Quorum, isRepeatable: true);

    public Statement PutComment { get; } =
        new($"INSERT INTO {keyspace}.comments (event_id, epoch, comment_id, seq, time, user_id, reply_to, thread_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", Quorum, isRepeatable: true);

    public Statement FindKey { get; } = new($"SELECT fingerprint, comment_id, user_id, seq, time FROM {keyspace}.idempotency WHERE key = ? AND epoch = ?", Quorum, isRepeatable: true);

    public Statement PutKey { get; } =
        new($"INSERT INTO {keyspace}.idempotency (key, epoch, fingerprint, comment_id, user_id, seq, time) VALUES (?, ?, ?, ?, ?, ?, ?) USING TTL ?", Quorum, isRepeatable: true);

    private const string Thread = " WHERE event_id = ? AND epoch = ? AND thread_id = ?";

    public Statement PutReply { get; } = new($"INSERT INTO {keyspace}.replies (event_id, epoch, thread_id, seq) VALUES (?, ?, ?, ?)", Quorum, isRepeatable: true);

    public Statement ReadReplies { get; } = new($"SELECT seq FROM {keyspace}.replies" + Thread + " AND seq > ? AND seq < ?", Quorum, isRepeatable: true, pageSize: 100);

    public Statement ReadNewestReplies { get; } = new($"SELECT seq FROM {keyspace}.replies" + Thread + " AND seq > ? AND seq < ? ORDER BY seq DESC", Quorum, isRepeatable: true, pageSize: 100);

    public Statement ForgetReplies { get; } = new($"DELETE FROM {keyspace}.replies" + Thread, Quorum, isRepeatable: true);

    public Statement PutByAuthor { get; } = new($"INSERT INTO {keyspace}.comments_by_author (user_id, comment_id, event_id, epoch, seq) VALUES (?, ?, ?, ?, ?)", Quorum, isRepeatable: true);

    public Statement ReadByAuthor { get; } = new($"SELECT comment_id, event_id, epoch, seq FROM {keyspace}.comments_by_author WHERE user_id = ? AND comment_id < ?", Quorum, isRepeatable: true, pageSize: 100);

    public Statement ForgetByAuthor { get; } = new($"DELETE FROM {keyspace}.comments_by_author WHERE user_id = ? AND comment_id = ?", Quorum, isRepeatable: true);

    public Statement PutMention { get; } = new($"INSERT INTO {keyspace}.comments_by_mention (user_id, comment_id, event_id, epoch, seq) VALUES (?, ?, ?, ?, ?)", Quorum, isRepeatable: true);

    public Statement ReadMentions { get; } = new($"SELECT comment_id, event_id, epoch, seq FROM {keyspace}.comments_by_mention WHERE user_id = ? AND comment_id < ?", Quorum, isRepeatable: true, pageSize: 100);

    public Statement ForgetMention { get; } = new($"DELETE FROM {keyspace}.comments_by_mention WHERE user_id = ? AND comment_id = ?", Quorum, isRepeatable: true);

    /// <summary>By comment, ascending.</summary>
    public Statement SearchByAuthor { get; } = new($"SELECT {CommentPlace.Columns} FROM {keyspace}.comments_by_author" + Ascending, Quorum, isRepeatable: true, pageSize: 200);

    /// <inheritdoc cref="SearchByAuthor"/>
    public Statement SearchMentions { get; } = new($"SELECT {CommentPlace.Columns} FROM {keyspace}.comments_by_mention" + Ascending, Quorum, isRepeatable: true, pageSize: 200);

    private const string Ascending = " WHERE user_id = ? AND comment_id > ? ORDER BY comment_id ASC";

    /// <summary>The earlier an entry is, the later its timestamp: of all that are written, the first counts.</summary>
    public Statement PutFirst { get; } = new($"INSERT INTO {keyspace}.first_comments (event_id, epoch, user_id, seq) VALUES (?, ?, ?, ?) USING TIMESTAMP ?", Quorum, isRepeatable: true);

    public Statement FindFirst { get; } = new($"SELECT seq FROM {keyspace}.first_comments WHERE event_id = ? AND epoch = ? AND user_id = ?", Quorum, isRepeatable: true);

    public Statement ForgetFirst { get; } = new($"DELETE FROM {keyspace}.first_comments WHERE event_id = ? AND epoch = ? AND user_id = ?", Quorum, isRepeatable: true);

    /// <inheritdoc cref="PutRemoval"/>
    public Statement PutOther { get; } = new($"INSERT INTO {keyspace}.others (event_id, epoch, bucket, seq) VALUES (?, ?, ?, ?) USING TIMESTAMP ?", Quorum, isRepeatable: true);

    /// <inheritdoc cref="PutRemoval"/>
    public Statement TakeOther { get; } = new($"DELETE FROM {keyspace}.others USING TIMESTAMP ?" + Bucket + " AND seq = ?", Quorum, isRepeatable: true);

    public Statement ReadOthers { get; } = new($"SELECT seq FROM {keyspace}.others" + Bucket + " AND seq > ? AND seq <= ?", Quorum, isRepeatable: true, pageSize: 2_000);

    public Statement ForgetOthers { get; } = new($"DELETE FROM {keyspace}.others" + Bucket, Quorum, isRepeatable: true);

    /// <summary>Entries that are about a comment: its removal, and whatever newer programs add.</summary>
    public Statement PutAbout { get; } = new($"INSERT INTO {keyspace}.entries_about (event_id, epoch, comment_id, seq) VALUES (?, ?, ?, ?)", Quorum, isRepeatable: true);

    public Statement ReadAbout { get; } = new($"SELECT seq FROM {keyspace}.entries_about WHERE event_id = ? AND epoch = ? AND comment_id = ?", Quorum, isRepeatable: true, pageSize: 500);

    public Statement ForgetAbout { get; } = new($"DELETE FROM {keyspace}.entries_about WHERE event_id = ? AND epoch = ? AND comment_id = ?", Quorum, isRepeatable: true);

    /// <summary>Null when it goes on.</summary>
    /// <inheritdoc cref="PutRemoval"/>
    public Statement PutEnded { get; } = new($"UPDATE {keyspace}.ended_logs USING TIMESTAMP ? SET ended_at = ? WHERE id = 0 AND event_id = ? AND epoch = ?", Quorum, isRepeatable: true);

    public Statement ReadEnded { get; } = new($"SELECT event_id, ended_at FROM {keyspace}.ended_logs WHERE id = 0 AND event_id > ?", Quorum, isRepeatable: true, pageSize: 500);

    public Statement FindEnded { get; } = new($"SELECT ended_at FROM {keyspace}.ended_logs WHERE id = 0 AND event_id = ? AND epoch = ?", Quorum, isRepeatable: true);

    public Statement ForgetEnded { get; } = new($"DELETE FROM {keyspace}.ended_logs WHERE id = 0 AND event_id = ? AND epoch = ?", Quorum, isRepeatable: true);

    public Statement PutRemovalDue { get; } = new($"INSERT INTO {keyspace}.removals (period, event_id, epoch, seq, comment_seq) VALUES (?, ?, ?, ?, ?)", Quorum, isRepeatable: true);

    public Statement PutPeriod { get; } = new($"INSERT INTO {keyspace}.removal_periods (id, period) VALUES (0, ?)", Quorum, isRepeatable: true);

    public Statement NextPeriod { get; } = new($"SELECT period FROM {keyspace}.removal_periods WHERE id = 0 LIMIT 1", Quorum, isRepeatable: true);

    public Statement ReadRemovals { get; } =
        new($"SELECT event_id, epoch, seq, comment_seq FROM {keyspace}.removals WHERE period = ? AND (event_id, epoch, seq) > (?, ?, ?)", Quorum, isRepeatable: true, pageSize: 100);

    public Statement ForgetRemovals { get; } = new($"DELETE FROM {keyspace}.removals WHERE period = ?", Quorum, isRepeatable: true);

    public Statement ForgetPeriod { get; } = new($"DELETE FROM {keyspace}.removal_periods WHERE id = 0 AND period = ?", Quorum, isRepeatable: true);

    /// <summary>The removal after which nobody has the text any more.</summary>
    public Statement PutErased { get; } = new($"UPDATE {keyspace}.states SET erased = ?" + Bucket + " AND seq = ?", Quorum, isRepeatable: true);

    public Statement EraseText { get; } = new($"UPDATE {keyspace}.log_entries SET text = null, mentions = null" + Bucket + " AND seq = ? IF comment_id = ?", Quorum, Serial);

    public Statement EraseEntry { get; } = new($"""
        UPDATE {keyspace}.log_entries SET text = null, mentions = null, username = null, display_name = null, avatar_url = null, client_platform = null, client_version = null, payload = null
        """ + Bucket + " AND seq = ? IF comment_id = ?", Quorum, Serial);

    /// <summary>Whom a comment mentions, unless somebody else has changed that.</summary>
    public Statement PutMentions { get; } = new($"UPDATE {keyspace}.log_entries SET mentions = ?" + Bucket + " AND seq = ? IF mentions = ?", Quorum, Serial);

    public Statement PutDeleted { get; } = new($"INSERT INTO {keyspace}.deleted_logs (id, event_id, epoch) VALUES (0, ?, ?)", Quorum, isRepeatable: true);

    public Statement NextDeleted { get; } = new($"SELECT event_id, epoch FROM {keyspace}.deleted_logs WHERE id = 0 LIMIT 1", Quorum, isRepeatable: true);

    public Statement ForgetDeleted { get; } = new($"DELETE FROM {keyspace}.deleted_logs WHERE id = 0 AND event_id = ? AND epoch = ?", Quorum, isRepeatable: true);

    public Statement ForgetEntries { get; } = new($"DELETE FROM {keyspace}.log_entries" + Bucket + " AND seq <= ?", Quorum, isRepeatable: true);

    public Statement ForgetStates { get; } = new($"DELETE FROM {keyspace}.states" + Bucket, Quorum, isRepeatable: true);

    public Statement ForgetComment { get; } = new($"DELETE FROM {keyspace}.comments WHERE event_id = ? AND epoch = ? AND comment_id = ?", Quorum, isRepeatable: true);

    public Statement ForgetKey { get; } = new($"DELETE FROM {keyspace}.idempotency WHERE key = ? AND epoch = ?", Quorum, isRepeatable: true);
}
