namespace LiveComments.Sqlite;

/// <summary>Rules about texts in SQLite. Those of an event are in <c>event_moderation_rules</c>, which goes with the event.</summary>
internal sealed class SqliteContentRules(SqliteDatabase database) : IContentRules
{
    /// <summary>The rules of all events.</summary>
    public const string OfAllEvents = """
        CREATE TABLE moderation_rules (
            rule_type TEXT PRIMARY KEY,
            rule_config TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        """;

    public async ValueTask<string?> FindAsync(EventId? id, CancellationToken ct) =>
        await database.ReadAsync(connection => id is { } one
            ? connection.QueryFirst("SELECT rule_config FROM event_moderation_rules WHERE event_id = $1 AND rule_type = 'content_filter'", reader => reader.GetString(0), one.Value.Blob())
            : connection.QueryFirst("SELECT rule_config FROM moderation_rules WHERE rule_type = 'content_filter'", reader => reader.GetString(0)), ct);

    public async ValueTask<bool> PutAsync(EventId? id, string rules, DateTimeOffset at, CancellationToken ct) =>
        await database.WriteAsync(connection =>
        {
            if (id is not { } one)
                return SqliteEventCatalog.Change(connection, """
                    INSERT INTO moderation_rules (rule_type, rule_config, created_at) VALUES ('content_filter', $1, $2)
                    ON CONFLICT (rule_type) DO UPDATE SET rule_config = excluded.rule_config, created_at = excluded.created_at
                    """, rules, at.ToUnixTimeMilliseconds());
            connection.Execute("DELETE FROM event_moderation_rules WHERE event_id = $1 AND rule_type = 'content_filter'", one.Value.Blob());
            return SqliteEventCatalog.Change(connection, """
                INSERT INTO event_moderation_rules (rule_id, event_id, rule_type, rule_config, created_at)
                SELECT $2, event_id, 'content_filter', $3, $4 FROM events WHERE event_id = $1
                """, one.Value.Blob(), Guid.CreateVersion7(at).Blob(), rules, at.ToUnixTimeMilliseconds());
        }, ct);
}
