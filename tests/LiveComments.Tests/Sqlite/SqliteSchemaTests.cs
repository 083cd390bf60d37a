using System.Security.Cryptography;
using LiveComments.Accounts;
using LiveComments.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Sqlite;

public sealed class SqliteSchemaTests
{
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
            connection.Execute("ALTER TABLE user_auth ADD COLUMN failed_login_attempts INTEGER NOT NULL DEFAULT 0");
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

    private static byte[] Secret() => RandomNumberGenerator.GetBytes(32);
}
