using LiveComments.Events;
using LiveComments.Sqlite;

namespace LiveComments.Tests.Sqlite;

public sealed class SqliteModerationRulesTests
{
    [Fact]
    public async Task The_rules_of_an_event_are_deleted_with_it()
    {
        await using var store = new SqliteStore(TimeProvider.System);
        var catalog = new SqliteEventCatalog(store.Database);
        var now = DateTimeOffset.UnixEpoch;
        EventId deleted = new(Guid.NewGuid()), kept = new(Guid.NewGuid());
        foreach (var id in new[] { deleted, kept })
        {
            Assert.Null(await catalog.AddAsync(new LiveEvent(id, null, "Title", null, "sports", EventStatus.Live, now, false, null, "UTC", EventSettings.Default, new UserId(Guid.NewGuid()), now, now), default));
            foreach (var type in new[] { "rate_limit", "content_filter" })
                await AddRuleAsync(id, type);
        }
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => AddRuleAsync(new EventId(Guid.NewGuid()), "user_restriction"));

        Assert.True(await catalog.RemoveAsync(deleted, default));
        Assert.Equal([kept, kept], await store.Database.ReadAsync(connection =>
            connection.Query("SELECT event_id FROM event_moderation_rules WHERE is_active = 1", reader => new EventId(reader.GetId(0))), default));

        Task AddRuleAsync(EventId id, string type) => store.Database.WriteAsync(connection => connection.Execute(
            "INSERT INTO event_moderation_rules (rule_id, event_id, rule_type, rule_config, created_at) VALUES ($1, $2, $3, '{}', 0)",
            Guid.NewGuid().Blob(), id.Value.Blob(), type), default);
    }
}
