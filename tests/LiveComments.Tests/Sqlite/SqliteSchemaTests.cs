using System.Security.Cryptography;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Sqlite;

public sealed class SqliteSchemaTests
{
    [Fact]
    public async Task A_database_of_the_second_schema_tells_of_staff_the_suspended_and_what_is_over()
    {
        using var folder = new TemporaryFolder();
        var options = new SqliteOptions { Path = folder.At("livecomments.db"), Timeout = TimeSpan.FromSeconds(30) };
        var now = new DateTimeOffset(2026, 1, 31, 20, 0, 0, TimeSpan.Zero);
        Account New(string name, Role role, AccountStatus status) => new(new UserId(Guid.NewGuid()), name, null, name, null, role, status, "{}", now, now);
        var (ann, root, gone) = (New("ann", Role.Viewer, AccountStatus.Active), New("root", Role.Administrator, AccountStatus.Active), New("gone", Role.Viewer, AccountStatus.Suspended));
        var session = new LoginSession(Guid.NewGuid(), ann.Id, new RefreshHashes(Secret(), Secret()), now, now.AddDays(30), null, null);
        await using (var database = SqliteDatabase.Open(options, NullLogger.Instance))
        {
            var store = new SqliteAccountStore(database);
            Assert.Null(await store.AddAsync(ann, new Credentials(ann.Id, "hash", now), default));
            Assert.Null(await store.AddAsync(root, null, default));
            Assert.Null(await store.AddAsync(gone, null, default));
            Assert.True(await store.AddSessionAsync(session, null, default));
            Assert.True(await store.EndSessionAsync(session.Id, now, default));
        }
        using (var connection = new SqliteConnection($"Data Source={options.Path};Pooling=False"))
        {
            connection.Open();
            UndoChanges(connection);
            connection.Execute("UPDATE user_auth SET failed_login_attempts = 9, locked_until = 9000000000000");
            connection.Execute("PRAGMA user_version = 2");
        }

        await using (var database = SqliteDatabase.Open(options, NullLogger.Instance))
        {
            var store = new SqliteAccountStore(database);
            var changes = await store.ChangesAsync(0, now.AddMinutes(-15), default);
            Assert.Equal(new[] { root.Standing, gone.Standing }.ToHashSet(), changes.Accounts.ToHashSet());
            Assert.Equal([session.Id], changes.EndedSessions);
            Assert.Null((await store.FindCredentialsAsync(ann.Id, default))!.LockedUntil);
            Assert.True(await store.ReplaceAsync(root with { Role = Role.Viewer }, default));
            Assert.Equal([root.Id], (await store.ChangesAsync(changes.Change, now, default)).Accounts.Select(account => account.UserId));
        }
    }

    [Fact]
    public async Task A_database_of_the_first_schema_is_brought_up_to_date_with_what_it_holds()
    {
        using var folder = new TemporaryFolder();
        var options = new SqliteOptions { Path = folder.At("livecomments.db"), Timeout = TimeSpan.FromSeconds(30) };
        var now = new DateTimeOffset(2026, 1, 31, 20, 0, 0, TimeSpan.Zero);
        var account = new Account(new UserId(Guid.NewGuid()), "ann", null, "ann", null, Role.Viewer, AccountStatus.Active, "{}", now, now);
        var session = new LoginSession(Guid.NewGuid(), account.Id, new RefreshHashes(Secret(), Secret()), now, now.AddDays(30), null, null);
        await using (var database = SqliteDatabase.Open(options, NullLogger.Instance))
        {
            var store = new SqliteAccountStore(database);
            Assert.Null(await store.AddAsync(account, null, default));
            Assert.True(await store.AddSessionAsync(session, null, default));
        }
        using (var connection = new SqliteConnection($"Data Source={options.Path};Pooling=False"))
        {
            connection.Open();
            foreach (var column in (string[])["refresh_previous", "refreshed_at", "refresh_sealed"])
                connection.Execute($"ALTER TABLE user_sessions DROP COLUMN {column}");
            UndoChanges(connection);
            connection.Execute("PRAGMA user_version = 1");
        }

        Assert.Throws<StoreUnavailableException>(() => SqliteDatabase.Open(new SqliteOptions { Path = options.Path, Migrate = false }, NullLogger.Instance));
        await using (var database = SqliteDatabase.Open(options, NullLogger.Instance))
        {
            var store = new SqliteAccountStore(database);
            Assert.Equal(account, await store.FindAsync(account.Id, default));
            Assert.Equal(RotationOutcome.Rotated, (await store.RotateAsync(session.Id, session.Hashes, new NextRefresh(Secret(), "next"), now, now.AddDays(30), default)).Outcome);
            Assert.Equal("next", (await store.RotateAsync(session.Id, session.Hashes, new NextRefresh(Secret(), "other"), now, now.AddDays(30), default)).Sealed);
        }
    }

    /// <summary>Takes back what the third and the fourth schema changed, and what came after them.</summary>
    private static void UndoChanges(SqliteConnection connection)
    {
        UndoStartedAndEnded(connection);
        foreach (var statement in (string[])["DROP INDEX users_by_change", "DROP INDEX user_sessions_by_change", "ALTER TABLE users DROP COLUMN change",
            "ALTER TABLE users DROP COLUMN suspension_reason", "ALTER TABLE user_sessions DROP COLUMN change", "DROP TABLE account_changes",
            "ALTER TABLE user_auth ADD COLUMN failed_login_attempts INTEGER NOT NULL DEFAULT 0"])
            connection.Execute(statement);
    }

    [Fact]
    public async Task Events_of_the_fourth_schema_are_given_the_times_that_their_logs_know()
    {
        using var folder = new TemporaryFolder();
        var options = new SqliteOptions { Path = folder.At("livecomments.db"), Timeout = TimeSpan.FromSeconds(30) };
        var noon = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        LiveEvent Event(EventStatus status, DateTimeOffset? endTime = null) =>
            new(EventId.New(TimeProvider.System), null, "Title", null, "news", status, noon, false, endTime, "UTC", EventSettings.Default, new UserId(Guid.NewGuid()), noon, noon.AddHours(5));
        var (planned, live, ended, calledOff) = (Event(EventStatus.Scheduled), Event(EventStatus.Live), Event(EventStatus.Ended, noon.AddHours(2)), Event(EventStatus.Ended, noon.AddHours(-1)));
        // Went live a moment before the program was killed; retention has emptied the log.
        var (unannounced, expired) = (Event(EventStatus.Live), Event(EventStatus.Ended, noon.AddHours(2)));
        await using (var database = SqliteDatabase.Open(options, NullLogger.Instance))
            foreach (var one in (LiveEvent[])[planned, live, ended, calledOff, unannounced, expired])
                Assert.Null(await new SqliteEventCatalog(database).AddAsync(one, default));
        using (var connection = new SqliteConnection($"Data Source={options.Path};Pooling=False"))
        {
            connection.Open();
            UndoStartedAndEnded(connection);
            Log(planned, null, null);
            Log(live, noon.AddMinutes(-9), null);
            Log(ended, noon.AddMinutes(7), noon.AddHours(1));
            Log(calledOff, null, noon.AddHours(-1));
            Log(unannounced, null, null);
            Log(expired, null, null);
            connection.Execute("PRAGMA user_version = 4");

            void Log(LiveEvent one, DateTimeOffset? startedAt, DateTimeOffset? endedAt) => connection.Execute(
                "INSERT INTO logs(event_id, epoch, last_seq, last_time, status, started_at, ended_at) VALUES($1, 1, 0, 0, 0, $2, $3)",
                one.Id.Value.Blob(), startedAt?.ToUnixTimeMilliseconds(), endedAt?.ToUnixTimeMilliseconds());
        }

        await using (var database = SqliteDatabase.Open(options, NullLogger.Instance))
        {
            var catalog = new SqliteEventCatalog(database);
            async Task<(DateTimeOffset?, DateTimeOffset?)> TimesAsync(LiveEvent one) => await catalog.FindAsync(one.Id, default) is { } found ? (found.StartedAt, found.EndedAt) : default;
            Assert.Equal((null, null), await TimesAsync(planned));
            Assert.Equal((noon.AddMinutes(-9), null), await TimesAsync(live));
            Assert.Equal((noon.AddMinutes(7), noon.AddHours(1)), await TimesAsync(ended));
            Assert.Equal((null, noon.AddHours(-1)), await TimesAsync(calledOff));
            Assert.Equal((noon.AddHours(5), null), await TimesAsync(unannounced));
            Assert.Equal((noon, noon.AddHours(2)), await TimesAsync(expired));
            Assert.Equal(planned, await catalog.FindAsync(planned.Id, default));
        }
    }

    /// <summary>Takes back what the fifth and the sixth schema changed.</summary>
    private static void UndoStartedAndEnded(SqliteConnection connection)
    {
        connection.Execute("DROP TABLE moderation_rules");
        connection.Execute("DROP TABLE follower_positions");
        connection.Execute("DROP INDEX reaction_changes");
        foreach (var table in (string[])["held_comments", "reported_comments", "reports", "moderation_audit", "moderation_reasons", "unfinished_decisions", "restrictions", "unfinished_erasures", "spent_challenges", "network_blocks", "ban_traces", "polls", "poll_votes", "pictures", "analytics_rollups", "analytics_authors", "analytics_batches"])
            connection.Execute($"DROP TABLE {table}");
        foreach (var column in (string[])["reset_hash", "reset_until", "recovery_codes"])
            connection.Execute($"ALTER TABLE user_auth DROP COLUMN {column}");
        connection.Execute("DROP INDEX users_guests");
        connection.Execute("ALTER TABLE users DROP COLUMN is_guest");
        connection.Execute("DROP INDEX entries_marked");
        connection.Execute("ALTER TABLE logs DROP COLUMN staged");
        connection.Execute("DROP INDEX entries_others");
        connection.Execute("DROP INDEX removed_comments_by_author");
        connection.Execute("ALTER TABLE events DROP COLUMN started_at");
        connection.Execute("ALTER TABLE events DROP COLUMN ended_at");
        connection.Execute("ALTER TABLE logs ADD COLUMN started_at INTEGER");
    }

    private static byte[] Secret() => RandomNumberGenerator.GetBytes(32);
}
