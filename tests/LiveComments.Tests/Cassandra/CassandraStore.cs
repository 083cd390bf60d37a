using System.Text;
using LiveComments.Cassandra;
using LiveComments.Cassandra.Cql;
using LiveComments.Tests.Conformance;
using LiveComments.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Cassandra;

/// <summary>Cassandra, with the seams that it serves. Each test has events of its own in the one keyspace. People, events and moderation are in another store, as they are where servers run.</summary>
internal sealed class CassandraStore(CassandraOptions options, TimeProvider time) : StoreUnderTest
{
    private CassandraDatabase _database = new(options, NullLogger.Instance, time);
    private SqliteStore? _other;
    private IEventLog? _log;
    private IReactionStore? _reactions;
    private IRetention? _retention;
    private IFollowerStore? _followers;

    public override IEventLog Log => _log ??= new CassandraEventLog(_database, time);

    public override IEntryOutlines Outlines => new CassandraEntryOutlines(_database);

    public override ICommentQueries Comments => new CassandraCommentQueries(_database);

    public override IReactionStore Reactions => _reactions ??= new CassandraReactionStore(_database, time);

    public override IReplayQueries Replay => new CassandraReplayQueries(_database);

    public override IRetention Retention => _retention ??= new CassandraRetention(_database);

    public override IModerationStore Moderation => Other.Moderation;

    public override IPollStore Polls => Other.Polls;

    public override IPictureStore Pictures => Other.Pictures;

    public override IPersonalData PersonalData => Other.PersonalData;

    public override IPersonalLogData PersonalLogData => new CassandraPersonalLogData(_database, time);

    public override IAccountStore Accounts => Other.Accounts;

    public override IEventCatalog Catalog => Other.Catalog;

    public override IParticipants Participants => Other.Participants;

    public override IFollowerStore Followers => _followers ??= new CassandraFollowerStore(Other.Followers, _database, time);

    public override IAbuseStore Abuse => Other.Abuse;

    public override IAnalyticsStore Analytics => Other.Analytics;

    /// <summary>Where people, events and moderation are.</summary>
    public SqliteStore Other => _other ??= new SqliteStore(time);

    /// <summary>Of which events <see cref="DumpAsync"/> tells; null for all.</summary>
    public Func<Task<IReadOnlyList<EventId>>>? Dumped { get; init; }

    /// <summary>What queries find. A node's files keep former values until they are compacted.</summary>
    public override async Task<byte[]> DumpAsync()
    {
        using var dump = new MemoryStream();
        var events = Dumped is null ? null : (await Dumped()).Select(id => id.ToString()).ToList();
        await AskAsync(async session =>
        {
            foreach (var (table, _) in LogTables.Schema.Concat(ReactionTables.Schema))
                foreach (var row in (await session.RunAsync($"SELECT JSON * FROM {options.Keyspace}.{table}", Consistency.One, options.Timeout, default)).Rows.Select(row => row.GetString(0)))
                    if (events is null || events.Exists(id => row.Contains(id, StringComparison.Ordinal)))
                        dump.Write(Encoding.UTF8.GetBytes(row));
            return true;
        });
        dump.Write(await Other.DumpAsync());
        return dump.ToArray();
    }

    /// <summary>Earlier tests have written as the same people.</summary>
    public Task ForgetAsync(params UserId[] people) => AskAsync(async session =>
    {
        foreach (var person in people)
        {
            foreach (var table in (string[])["comments_by_author", "comments_by_mention"])
                await session.RunAsync($"DELETE FROM {options.Keyspace}.{table} WHERE user_id = {person}", Consistency.One, options.Timeout, default);
            // Row by row: what is written later has older timestamps.
            foreach (var row in (await session.RunAsync($"SELECT comment_id FROM {options.Keyspace}.reactions_by_user WHERE user_id = {person}", Consistency.One, options.Timeout, default)).Rows)
                await session.RunAsync($"DELETE FROM {options.Keyspace}.reactions_by_user WHERE user_id = {person} AND comment_id = {row.GetGuid(0)}", Consistency.One, options.Timeout, default);
        }
        return true;
    });

    /// <summary>For what the seams cannot do.</summary>
    public Task<T> AskAsync<T>(Func<Session, Task<T>> ask) => _database.AskAsync(ask, writes: true, default);

    public override async Task ReopenAsync()
    {
        await _database.DisposeAsync();
        (_database, _log, _reactions, _retention, _followers) = (new CassandraDatabase(options, NullLogger.Instance, time), null, null, null, null);
    }

    public override async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        if (_other is not null)
            await _other.DisposeAsync();
    }
}
