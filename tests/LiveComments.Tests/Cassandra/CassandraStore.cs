using LiveComments.Cassandra;
using LiveComments.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Cassandra;

/// <summary>Cassandra, with the seams that it serves. Each test has events of its own in the one keyspace.</summary>
internal sealed class CassandraStore(CassandraOptions options, TimeProvider time) : StoreUnderTest
{
    private CassandraDatabase _database = new(options, NullLogger.Instance);
    private IEventLog? _log;

    public override IEventLog Log => _log ??= new CassandraEventLog(_database, time);

    public override IEntryOutlines Outlines => new CassandraEntryOutlines(_database);

    public override ICommentQueries Comments => throw Unserved();

    public override IReactionStore Reactions => throw Unserved();

    public override IReplayQueries Replay => throw Unserved();

    public override IModerationStore Moderation => throw Unserved();

    public override IPersonalData PersonalData => throw Unserved();

    public override IAccountStore Accounts => throw Unserved();

    public override IEventCatalog Catalog => throw Unserved();

    public override IParticipants Participants => throw Unserved();

    public override IRetention Retention => throw Unserved();

    public override IFollowerStore Followers => throw Unserved();

    public override IAbuseStore Abuse => throw Unserved();

    public override IAnalyticsStore Analytics => throw Unserved();

    public override Task<byte[]> DumpAsync() => throw Unserved();

    public override async Task ReopenAsync()
    {
        await _database.DisposeAsync();
        (_database, _log) = (new CassandraDatabase(options, NullLogger.Instance), null);
    }

    public override ValueTask DisposeAsync() => _database.DisposeAsync();

    private static NotSupportedException Unserved() => new("Cassandra does not serve this seam.");
}
