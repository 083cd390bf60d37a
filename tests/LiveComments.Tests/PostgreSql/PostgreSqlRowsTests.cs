using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.PostgreSql;
using LiveComments.Tests.Conformance;
using Npgsql;

namespace LiveComments.Tests.PostgreSql;

/// <summary>What the seams cannot show: the rows themselves.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlRowsTests(PostgreSqlServer server) : StoreSpec
{
    private PostgreSqlStore PostgreSql => (PostgreSqlStore)Store;

    private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time) => await PostgreSqlStore.CreateAsync(server, time);

    [Fact]
    public async Task An_entry_of_a_kind_that_a_newer_program_wrote_keeps_its_place()
    {
        var id = await LiveAsync();
        await Store.Log.AppendAsync(id, [new SettingsDraft(EventSettings.Default), new StatusDraft(EventStatus.Ended)], default);
        await PostgreSql.ExecuteAsync("UPDATE entries SET kind = 99, payload = 'new' WHERE kind = 3");
        var entries = await WholeAsync(id);
        Assert.Equal([1, 2, 3], entries.Select(entry => entry.Seq));
        Assert.IsType<UnknownEntry>(entries[1]);
    }

    [Fact]
    public async Task A_setting_that_a_newer_program_knows_is_ignored()
    {
        var id = await LiveAsync();
        await Store.Log.AppendAsync(id, [new SettingsDraft(EventSettings.Default)], default);
        await PostgreSql.ExecuteAsync("""UPDATE entries SET payload = '{"slowModeSeconds":5,"ofTomorrow":{"a":1}}' WHERE kind = 3""");
        Assert.Equal(new EventSettings { SlowModeSeconds = 5 }, (await WholeAsync(id)).OfType<SettingsEntry>().Single().Settings);
    }

    [Fact]
    public async Task The_rules_of_an_event_are_deleted_with_it()
    {
        var catalog = new PostgreSqlEventCatalog(PostgreSql.Database);
        var (deleted, kept) = (Event(), Event());
        foreach (var one in new[] { deleted, kept })
        {
            Assert.Null(await catalog.AddAsync(one, default));
            await AddRuleAsync(one.Id);
        }
        await Assert.ThrowsAsync<PostgresException>(() => AddRuleAsync(new EventId(Guid.NewGuid())));
        Assert.True(await catalog.RemoveAsync(deleted.Id, default));
        Assert.Equal(1, await CountAsync("event_moderation_rules"));

        Task AddRuleAsync(EventId id) => PostgreSql.ExecuteAsync(
            $"INSERT INTO event_moderation_rules (rule_id, event_id, rule_type, rule_config, created_at) VALUES (gen_random_uuid(), '{id}', 'rate_limit', '{{}}', now())");
    }

    [Fact]
    public async Task The_rows_of_participants_go_with_the_event_that_they_belong_to()
    {
        var catalog = new PostgreSqlEventCatalog(PostgreSql.Database);
        var participants = new PostgreSqlParticipants(PostgreSql.Database);
        var (gone, kept) = (Event(), Event());
        foreach (var one in new[] { gone, kept })
        {
            Assert.Null(await catalog.AddAsync(one, default));
            await participants.JoinAsync([.. Enumerable.Range(0, 1_203).Select(_ => new Join(one.Id, new UserId(Guid.NewGuid()), one.StartTime))], default);
            Assert.True(await participants.AdmitAsync(one.Id, new UserId(Guid.NewGuid()), Role.Moderator, default));
        }
        Assert.True(await catalog.RemoveAsync(gone.Id, default));
        await catalog.PurgeAsync(gone.Id, default);
        Assert.Equal(1_204, await CountAsync("event_participants"));
    }

    [Fact]
    public async Task Nothing_of_a_deleted_log_is_left()
    {
        var id = await LiveAsync();
        for (var i = 0; i < 3; i++)
        {
            var comment = await PostAsync(id, Draft("x", mentions: [new(Bob.Id, "bob")]));
            await ReactAsync(id, comment.Id, Ann.Id, Reactions.ReactionType.Like);
        }
        while (!await Store.Log.DeleteAsync(id, default))
        {
        }
        foreach (var table in new[] { "logs", "entries", "mentions", "reactions", "reaction_counts", "reaction_history", "reaction_activity" })
            Assert.Equal(0, await CountAsync(table));
    }

    [Fact]
    public async Task After_a_restore_every_log_has_another_epoch_and_every_log_in_is_over()
    {
        var accounts = new PostgreSqlAccountStore(PostgreSql.Database);
        var account = new Account(new UserId(Guid.NewGuid()), "ann", null, "Ann", null, Role.Viewer, AccountStatus.Active, "{}", Now, Now);
        Assert.Null(await accounts.AddAsync(account, null, default));
        var session = new LoginSession(Guid.NewGuid(), account.Id, new RefreshHashes(new byte[32], new byte[32]), Now, Now.AddDays(1), null, null);
        Assert.True(await accounts.AddSessionAsync(session, null, default));
        EventId[] ids = [await LiveAsync(), await LiveAsync()];
        var before = await Store.Log.HeadsAsync(ids, default);

        await new PostgreSqlRenewal(PostgreSql.Database, Time).RenewAsync(default);
        await Store.ReopenAsync();
        var after = await Store.Log.HeadsAsync(ids, default);
        Assert.All(ids, id => Assert.NotEqual(before[id].Position.Epoch, after[id].Position.Epoch));
        Assert.All(ids, id => Assert.Equal(before[id].Position.Seq, after[id].Position.Seq));
        Assert.NotEqual(after[ids[0]].Position.Epoch, after[ids[1]].Position.Epoch);
        Assert.All(ids, id => Assert.True(after[id].Position.Epoch >= 0));
        Assert.Empty((await new PostgreSqlAccountStore(PostgreSql.Database).StandingAsync([session.Id], [], Now, default)).Sessions);
    }

    private Task<long> CountAsync(string table) => PostgreSql.Database.ReadAsync(async call =>
    {
        await using var batch = call.Batch();
        batch.Add($"SELECT count(*) FROM {table}");
        return (await call.QueryAsync(batch, row => row.GetInt64(0)))[0];
    }, default);

    private LiveEvent Event() => new(new EventId(Guid.NewGuid()), null, "Title", null, "sports", EventStatus.Live, Now, false, null, "UTC", EventSettings.Default, new UserId(Guid.NewGuid()), Now, Now);
}
