namespace LiveComments.Tests.Conformance;

/// <summary>What a store offers to the suites: the seams it serves, over a storage that outlives their closing.</summary>
public abstract class StoreUnderTest : IAsyncDisposable
{
    public abstract IEventLog Log { get; }

    public abstract ICommentQueries Comments { get; }

    public abstract IReactionStore Reactions { get; }

    public abstract IPollStore Polls { get; }

    public abstract IPictureStore Pictures { get; }

    public abstract IReplayQueries Replay { get; }

    public abstract IModerationStore Moderation { get; }

    public abstract IPersonalData PersonalData { get; }

    public abstract IPersonalLogData PersonalLogData { get; }

    public abstract IAccountStore Accounts { get; }

    public abstract IEventCatalog Catalog { get; }

    public abstract IParticipants Participants { get; }

    public abstract IRetention Retention { get; }

    /// <summary>Every row of every table as bytes, so that a test can see what is really gone.</summary>
    public abstract Task<byte[]> DumpAsync();

    public abstract IFollowerStore Followers { get; }

    public abstract IAbuseStore Abuse { get; }

    public abstract IAnalyticsStore Analytics { get; }

    public abstract IEntryOutlines Outlines { get; }

    /// <summary>Closes everything and opens the same storage again.</summary>
    public abstract Task ReopenAsync();

    public abstract ValueTask DisposeAsync();
}
