namespace LiveComments.PostgreSql;

/// <summary>Rules about texts in PostgreSQL. Those of an event are in <c>event_moderation_rules</c>, which goes with the event.</summary>
internal sealed class PostgreSqlContentRules(PostgreSqlDatabase database) : IContentRules
{
    /// <summary>The rules of all events.</summary>
    public const string OfAllEvents = """
        CREATE TABLE moderation_rules (
            rule_type text PRIMARY KEY,
            rule_config json NOT NULL,
            created_at timestamptz NOT NULL
        );

        """;

    /// <summary>Two nodes that put rules at once may leave the rows of both; the latest counts, and the next change deletes the other.</summary>
    private const string OfEvent = """
        SELECT rule_config::text FROM event_moderation_rules WHERE event_id = $1 AND rule_type = 'content_filter' ORDER BY created_at DESC, rule_id DESC LIMIT 1
        """;

    private const string PutOfEvent = """
        WITH replaced AS (DELETE FROM event_moderation_rules WHERE event_id = $1 AND rule_type = 'content_filter')
        INSERT INTO event_moderation_rules (rule_id, event_id, rule_type, rule_config, created_at)
        SELECT $2, event_id, 'content_filter', $3::json, $4 FROM events WHERE event_id = $1 RETURNING 1
        """;

    private const string Put = """
        INSERT INTO moderation_rules (rule_type, rule_config, created_at) VALUES ('content_filter', $1::json, $2)
        ON CONFLICT (rule_type) DO UPDATE SET rule_config = excluded.rule_config, created_at = excluded.created_at RETURNING 1
        """;

    public async ValueTask<string?> FindAsync(EventId? id, CancellationToken ct) =>
        await database.ReadAsync(async call =>
        {
            await using var batch = call.Batch();
            if (id is { } one)
                batch.Add(OfEvent).With(one.Value);
            else
                batch.Add("SELECT rule_config::text FROM moderation_rules WHERE rule_type = 'content_filter'");
            return (await call.QueryAsync(batch, row => row.GetString(0))).FirstOrDefault();
        }, ct);

    public async ValueTask<bool> PutAsync(EventId? id, string rules, DateTimeOffset at, CancellationToken ct) =>
        await database.WriteAsync(call => id is { } one
            ? PostgreSqlEventCatalog.ChangeAsync(call, PutOfEvent, statement => statement.With(one.Value).With(Guid.CreateVersion7(at)).With(rules).With(at))
            : PostgreSqlEventCatalog.ChangeAsync(call, Put, statement => statement.With(rules).With(at)), ct);
}
