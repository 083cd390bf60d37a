using LiveComments.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.Backups;

public sealed class StoreBackupTests
{
    [Fact]
    public void A_copy_is_of_one_moment_and_does_not_begin_again_when_somebody_writes()
    {
        using var folder = new TemporaryFolder();
        var (source, destination) = (folder.At("source"), folder.At("destination"));
        SQLitePCL.Batteries_V2.Init();
        using var writer = Open(source);
        Execute(writer, "PRAGMA journal_mode = WAL");
        Execute(writer, "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)");
        Execute(writer, "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i, hex(randomblob(250)) FROM n");
        File.WriteAllBytes(destination, []);
        using var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddSqlite().BuildServiceProvider();

        List<double> progress = [];
        services.GetRequiredService<IStoreBackup>().Copy(source, destination, done =>
        {
            progress.Add(done);
            Assert.True(progress.Count < 1_000, "It never ends.");
            Execute(writer, "INSERT INTO t(b) VALUES ('meanwhile')");
        }, default);

        Assert.True(progress.Count > 5, "It was copied in too few steps to tell.");
        Assert.Equal(progress.Order(), progress);
        using var copy = Open(destination);
        Assert.Equal(20_000L, Execute(copy, "SELECT count(*) FROM t"));
        Assert.Equal("ok", Execute(copy, "PRAGMA integrity_check"));
        Assert.Equal(20_000L + progress.Count, Execute(writer, "SELECT count(*) FROM t"));
        Assert.False(File.Exists(destination + "-wal"));
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    private static object? Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
