using LiveComments.PostgreSql;
using LiveComments.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.PostgreSql;

/// <summary>PostgreSQL in a database of its own.</summary>
internal sealed class PostgreSqlStore : StoreUnderTest
{
    private readonly PostgreSqlServer _server;
    private readonly TimeProvider _time;
    private IEventLog? _log;
    private IRetention? _retention;
    private IAnalyticsStore? _analytics;

    private PostgreSqlStore(PostgreSqlServer server, TimeProvider time, PostgreSqlOptions options)
    {
        (_server, _time, Options) = (server, time, options);
        Database = PostgreSqlDatabase.Open(options, NullLogger.Instance);
    }

    public static async Task<PostgreSqlStore> CreateAsync(PostgreSqlServer server, TimeProvider time, Action<PostgreSqlOptions>? configure = null)
    {
        // Each promise is tested whatever the machine's load: the store may take its time.
        var options = new PostgreSqlOptions { ConnectionString = await server.CreateDatabaseAsync(), Timeout = TimeSpan.FromSeconds(30) };
        configure?.Invoke(options);
        return new PostgreSqlStore(server, time, options);
    }

    public PostgreSqlOptions Options { get; }

    public PostgreSqlDatabase Database { get; private set; }

    public override IEventLog Log => _log ??= new PostgreSqlEventLog(Database, _time);

    public override ICommentQueries Comments => new PostgreSqlCommentQueries(Database);

    public override IReactionStore Reactions => new PostgreSqlReactionStore(Database, _time);

    public override IReplayQueries Replay => new PostgreSqlReplayQueries(Database);

    public override IModerationStore Moderation => new PostgreSqlModerationStore(Database, _time);

    public override IPersonalData PersonalData => new PostgreSqlPersonalData(Database);

    public override IPersonalLogData PersonalLogData => new PostgreSqlPersonalLogData(Database);

    public override IAccountStore Accounts => new PostgreSqlAccountStore(Database);

    public override IEventCatalog Catalog => new PostgreSqlEventCatalog(Database);

    public override IParticipants Participants => new PostgreSqlParticipants(Database);

    public override IRetention Retention => _retention ??= new PostgreSqlRetention(Database);

    /// <summary>Every table, as a dump would have it. The server's files keep former versions of a row until they are vacuumed.</summary>
    public override Task<byte[]> DumpAsync() => PostgreSqlServer.DumpAsync(Options.ConnectionString);

    public override IFollowerStore Followers => new PostgreSqlFollowerStore(Database);

    public override IPollStore Polls => new PostgreSqlPollStore(Database);

    public override IPictureStore Pictures => new PostgreSqlPictureStore(Database);

    public override IAbuseStore Abuse => new PostgreSqlAbuseStore(Database);

    public override IEntryOutlines Outlines => new PostgreSqlEntryOutlines(Database);

    public override IAnalyticsStore Analytics => _analytics ??= new PostgreSqlAnalyticsStore(Database, _time);

    public override async Task ReopenAsync()
    {
        await Database.DisposeAsync();
        Database = PostgreSqlDatabase.Open(Options, NullLogger.Instance);
        (_log, _retention, _analytics) = (null, null, null);
    }

    public override async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _server.DropDatabaseAsync(Options.ConnectionString);
    }

    /// <summary>Runs a statement, for what the seams cannot do.</summary>
    public Task<int> ExecuteAsync(string sql) => Database.WriteAsync(async call =>
    {
        await using var batch = call.Batch();
        batch.Add(sql);
        return await call.ExecuteAsync(batch);
    }, default);
}
