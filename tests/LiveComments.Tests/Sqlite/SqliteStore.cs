using LiveComments.Sqlite;
using LiveComments.Tests.Conformance;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Sqlite;

/// <summary>SQLite in a folder of its own.</summary>
internal class SqliteStore : StoreUnderTest
{
    private readonly TemporaryFolder _folder = new();
    private readonly TimeProvider _time;

    public SqliteStore(TimeProvider time, Action<SqliteOptions>? configure = null)
    {
        _time = time;
        Options = new SqliteOptions { Path = _folder.At("test.db"), Timeout = TimeSpan.FromSeconds(30) };
        configure?.Invoke(Options);
        Database = SqliteDatabase.Open(Options, NullLogger.Instance);
    }

    public SqliteOptions Options { get; }

    public SqliteDatabase Database { get; private set; }

    public override IEventLog Log => new SqliteEventLog(Database, _time);

    public override ICommentQueries Comments => new SqliteCommentQueries(Database);

    public override IReactionStore Reactions => new SqliteReactionStore(Database, _time);

    public override IReplayQueries Replay => new SqliteReplayQueries(Database);

    public override IModerationStore Moderation => new SqliteModerationStore(Database, _time);

    public override IPollStore Polls => new SqlitePollStore(Database);

    public override IPictureStore Pictures => new SqlitePictureStore(Database);

    public override IPersonalData PersonalData => new SqlitePersonalData(Database);

    public override IPersonalLogData PersonalLogData => new SqlitePersonalLogData(Database);

    public override IAccountStore Accounts => new SqliteAccountStore(Database);

    public override IEventCatalog Catalog => new SqliteEventCatalog(Database);

    public override IParticipants Participants => new SqliteParticipants(Database);

    public override IRetention Retention => _retention ??= new SqliteRetention(Database);

    public override IFollowerStore Followers => new SqliteFollowerStore(Database);

    public override IAbuseStore Abuse => new SqliteAbuseStore(Database);

    public override IEntryOutlines Outlines => new SqliteEntryOutlines(Database);

    public override IAnalyticsStore Analytics => _analytics ??= new SqliteAnalyticsStore(Database, _time);

    private IRetention? _retention;
    private IAnalyticsStore? _analytics;

    /// <summary>The file itself, also what its unused parts still have. Closing brings the write-ahead log into it.</summary>
    public override async Task<byte[]> DumpAsync()
    {
        await ReopenAsync();
        return await File.ReadAllBytesAsync(Options.Path);
    }

    /// <summary>Everything in the rows of a database file, without what its unused pages may still have.</summary>
    public static async Task<byte[]> DumpAsync(string path)
    {
        using var folder = new TemporaryFolder();
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            connection.Execute("VACUUM INTO $1", folder.At("dump"));
        }
        return await File.ReadAllBytesAsync(folder.At("dump"));
    }

    /// <summary>Runs a statement, for what the seams cannot do.</summary>
    public Task RunAsync(string sql) => Database.WriteAsync(connection => connection.Execute(sql), default);

    public override async Task ReopenAsync()
    {
        await Database.DisposeAsync();
        Database = SqliteDatabase.Open(Options, NullLogger.Instance);
        (_retention, _analytics) = (null, null);
    }

    public override async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _folder.Dispose();
    }
}
