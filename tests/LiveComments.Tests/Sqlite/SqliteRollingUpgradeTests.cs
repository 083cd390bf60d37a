using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Sqlite;

namespace LiveComments.Tests.Sqlite;

/// <summary>During an upgrade, and after going back from one, a program reads what a newer one wrote.</summary>
public sealed class SqliteRollingUpgradeTests
{
    private static readonly EventId Id = new(Guid.NewGuid());

    [Fact]
    public async Task An_entry_of_a_kind_that_a_newer_program_wrote_keeps_its_place()
    {
        await using var store = new SqliteStore(TimeProvider.System);
        await store.Log.AppendAsync(Id, [new StatusDraft(EventStatus.Live), new SettingsDraft(EventSettings.Default), new StatusDraft(EventStatus.Ended)], default);
        await store.Database.WriteAsync(connection => connection.Execute("UPDATE entries SET kind = 99, payload = 'new' WHERE kind = 3"), default);

        var entries = (await store.Log.ReadAsync(Id, 0, 10, default))!.Entries;
        Assert.Equal([1, 2, 3], entries.Select(entry => entry.Seq));
        Assert.IsType<UnknownEntry>(entries[1]);
    }

    [Fact]
    public async Task A_setting_that_a_newer_program_knows_is_ignored()
    {
        await using var store = new SqliteStore(TimeProvider.System);
        await store.Log.AppendAsync(Id, [new StatusDraft(EventStatus.Live), new SettingsDraft(EventSettings.Default)], default);
        await store.Database.WriteAsync(connection => connection.Execute("""UPDATE entries SET payload = '{"slowModeSeconds":5,"ofTomorrow":{"a":1}}' WHERE kind = 3"""), default);

        var settings = (await store.Log.ReadAsync(Id, 0, 10, default))!.Entries.OfType<SettingsEntry>().Single().Settings;
        Assert.Equal(new EventSettings { SlowModeSeconds = 5 }, settings);
    }
}
