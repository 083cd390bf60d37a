using LiveComments.Cassandra.Cql;

namespace LiveComments.Cassandra;

/// <summary>The tables of reactions and what is asked of them. The counts of a comment stand in <c>states</c>. Why they are so: docs/decisions/the-log-on-cassandra.md.</summary>
internal sealed class ReactionTables(string keyspace)
{
    private const Consistency Quorum = Consistency.LocalQuorum, Serial = Consistency.LocalSerial;

    /// <summary>
    /// <c>reaction_heads.last</c> is the last write of the event, from which the rows of all other tables follow. <c>reactions.type</c> is 0 of one that was taken back. <c>reaction_changes.changes</c>
    /// counts how often people have reacted in the event so far, and its <c>second</c>, from 1970, never decreases along the versions. <c>popular.level</c> grows with the number of reactions.
    /// </summary>
    public static IReadOnlyList<(string Table, string Definition)> Schema { get; } =
    [
        ("reaction_heads", "(event_id uuid, epoch bigint, version bigint, total bigint, changes bigint, second bigint, last blob, writer uuid, PRIMARY KEY ((event_id, epoch)))"),
        ("reactions", "(event_id uuid, epoch bigint, seq bigint, part tinyint, user_id uuid, type tinyint, PRIMARY KEY ((event_id, epoch, seq, part), user_id))"),
        ("reactions_by_user", "(user_id uuid, comment_id uuid, event_id uuid, epoch bigint, seq bigint, PRIMARY KEY (user_id, comment_id))"),
        ("reaction_changes", """
            (
                event_id uuid, epoch bigint, bucket int, version bigint, seq bigint, comment_id uuid, second bigint, changes bigint,
                likes int, loves int, hahas int, wows int, sads int, angries int, writer uuid, PRIMARY KEY ((event_id, epoch, bucket), version)
            )
            """),
        ("popular", "(event_id uuid, epoch bigint, level int, seq bigint, PRIMARY KEY ((event_id, epoch), level, seq)) WITH CLUSTERING ORDER BY (level DESC, seq ASC)"),
    ];

    private const string Log = " WHERE event_id = ? AND epoch = ?";

    private const string Head = "SELECT version, total, changes, second, last, writer FROM ";

    private const string Move = " SET version = ?, total = ?, changes = ?, second = ?, last = ?, writer = ?" + Log + " IF version = ";

    private const string Change = "version, seq, comment_id, second, changes, " + StateRow.Counts;

    /// <summary>As whoever applies reactions must know it: a write that is under way is completed or will never be.</summary>
    public Statement ReadHeadSerially { get; } = new(Head + keyspace + ".reaction_heads" + Log, Serial, isRepeatable: true);

    public Statement ReadHead { get; } = new(Head + keyspace + ".reaction_heads" + Log, Quorum, isRepeatable: true);

    public Statement BeginHead { get; } = new($"UPDATE {keyspace}.reaction_heads" + Move + "null", Quorum, Serial);

    public Statement MoveHead { get; } = new($"UPDATE {keyspace}.reaction_heads" + Move + "?", Quorum, Serial);

    /// <summary>People's reactions to one comment.</summary>
    public Statement FindGiven { get; } = new($"SELECT user_id, type FROM {keyspace}.reactions" + Log + " AND seq = ? AND part = ? AND user_id IN ?", Quorum, isRepeatable: true, pageSize: 1_000);

    /// <summary>The timestamp of what is written here and below is the version of the change that it follows from, so that the last one counts in whatever order, and however often, they are written.</summary>
    public Statement PutGiven { get; } = new($"INSERT INTO {keyspace}.reactions (event_id, epoch, seq, part, user_id, type) VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?", Quorum, isRepeatable: true);

    /// <inheritdoc cref="PutGiven"/>
    public Statement PutCounts { get; } = new(
        $"UPDATE {keyspace}.states USING TIMESTAMP ? SET version = ?, likes = ?, loves = ?, hahas = ?, wows = ?, sads = ?, angries = ?" + Log + " AND bucket = ? AND seq = ?", Quorum, isRepeatable: true);

    public Statement PutChange { get; } = new($"INSERT INTO {keyspace}.reaction_changes (event_id, epoch, bucket, {Change}, writer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", Quorum, isRepeatable: true);

    public Statement ReadChanges { get; } = new($"SELECT {Change} FROM {keyspace}.reaction_changes" + Log + " AND bucket = ? AND version >= ? AND version <= ?", Quorum, isRepeatable: true, pageSize: 500);

    /// <summary>Who wrote a change, if it is the first of a write.</summary>
    public Statement FindWriter { get; } = new($"SELECT writer FROM {keyspace}.reaction_changes" + Log + " AND bucket = ? AND version = ?", Quorum, isRepeatable: true);

    /// <inheritdoc cref="PutGiven"/>
    public Statement PutPopular { get; } = new($"INSERT INTO {keyspace}.popular (event_id, epoch, level, seq) VALUES (?, ?, ?, ?) USING TIMESTAMP ?", Quorum, isRepeatable: true);

    /// <inheritdoc cref="PutGiven"/>
    public Statement TakePopular { get; } = new($"DELETE FROM {keyspace}.popular USING TIMESTAMP ?" + Log + " AND level = ? AND seq = ?", Quorum, isRepeatable: true);

    public Statement ReadPopular { get; } = new($"SELECT level, seq FROM {keyspace}.popular" + Log, Quorum, isRepeatable: true, pageSize: 100);

    /// <inheritdoc cref="PutGiven"/>
    public Statement PutGivenBy { get; } = new($"INSERT INTO {keyspace}.reactions_by_user (user_id, comment_id, event_id, epoch, seq) VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?", Quorum, isRepeatable: true);

    /// <inheritdoc cref="PutGiven"/>
    public Statement TakeGivenBy { get; } = new($"DELETE FROM {keyspace}.reactions_by_user USING TIMESTAMP ? WHERE user_id = ? AND comment_id = ?", Quorum, isRepeatable: true);

    public Statement ReadGivenBy { get; } =
        new($"SELECT {CommentPlace.Columns} FROM {keyspace}.reactions_by_user WHERE user_id = ? AND comment_id > ?", Quorum, isRepeatable: true, pageSize: 200);

    public Statement FindGivenBy { get; } = new($"SELECT {CommentPlace.Columns} FROM {keyspace}.reactions_by_user WHERE user_id = ? AND comment_id IN ?", Quorum, isRepeatable: true, pageSize: 200);

    public Statement ForgetGivenBy { get; } = new($"DELETE FROM {keyspace}.reactions_by_user WHERE user_id = ? AND comment_id = ?", Quorum, isRepeatable: true);

    /// <summary>Everybody who has reacted to a comment or has taken it back.</summary>
    public Statement ReadGivers { get; } = new($"SELECT user_id FROM {keyspace}.reactions" + Log + " AND seq = ? AND part = ?", Quorum, isRepeatable: true, pageSize: 1_000);

    public Statement ForgetGiven { get; } = new($"DELETE FROM {keyspace}.reactions" + Log + " AND seq = ? AND part = ?", Quorum, isRepeatable: true);

    public Statement ForgetChanges { get; } = new($"DELETE FROM {keyspace}.reaction_changes" + Log + " AND bucket = ?", Quorum, isRepeatable: true);

    public Statement ForgetPopular { get; } = new($"DELETE FROM {keyspace}.popular" + Log, Quorum, isRepeatable: true);
}
