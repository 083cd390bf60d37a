using LiveComments.Comments;
using LiveComments.Followers;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Replay;

namespace LiveComments.Tests.Conformance;

/// <summary>A store that keeps every promise but those that an override breaks. The suites must notice.</summary>
internal class BrokenStore(StoreUnderTest store) : StoreUnderTest, IEventLog, ICommentQueries, IReactionStore, IReplayQueries, IFollowerStore
{
    protected StoreUnderTest Sound => store;

    public override IEventLog Log => this;

    public override ICommentQueries Comments => this;

    public override IReactionStore Reactions => this;

    public override IPollStore Polls => store.Polls;

    public override IPictureStore Pictures => store.Pictures;

    public override IReplayQueries Replay => this;

    public override IModerationStore Moderation => store.Moderation;

    public override IPersonalData PersonalData => store.PersonalData;

    public override IPersonalLogData PersonalLogData => store.PersonalLogData;

    public override IAccountStore Accounts => store.Accounts;

    public override IEventCatalog Catalog => store.Catalog;

    public override IParticipants Participants => store.Participants;

    public override IRetention Retention => store.Retention;

    public override Task<byte[]> DumpAsync() => store.DumpAsync();

    public override IFollowerStore Followers => this;

    public override IAbuseStore Abuse => store.Abuse;

    public override IAnalyticsStore Analytics => store.Analytics;

    public override IEntryOutlines Outlines => store.Outlines;

    public override Task ReopenAsync() => store.ReopenAsync();

    public override ValueTask DisposeAsync() => store.DisposeAsync();

    public virtual async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct)
    {
        var results = new List<AppendResult>();
        foreach (var draft in drafts)
            results.Add(await AppendAsync(id, draft));
        return results;
    }

    public virtual async ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) => Change(await store.Log.ReadAsync(id, afterSeq, limit, ct));

    public virtual async ValueTask<LogPage?> ReadLatestAsync(EventId id, long beforeSeq, int limit, CancellationToken ct) => Change(await store.Log.ReadLatestAsync(id, beforeSeq, limit, ct));

    public virtual ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) => store.Log.HeadsAsync(ids, ct);

    public virtual ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => store.Log.DeleteAsync(id, ct);

    public virtual ValueTask<Comment?> FindAsync(EventId id, CommentId commentId, CancellationToken ct) => store.Comments.FindAsync(id, commentId, ct);

    public virtual ValueTask<RemovedComment?> FindRemovedAsync(EventId id, CommentId commentId, CancellationToken ct) => store.Comments.FindRemovedAsync(id, commentId, ct);

    public virtual ValueTask<CommentPage> PageAsync(EventId id, PageRequest request, CancellationToken ct) => store.Comments.PageAsync(id, request, ct);

    public virtual ValueTask<IReadOnlyList<Comment>> PopularAsync(EventId id, int limit, CancellationToken ct) => store.Comments.PopularAsync(id, limit, ct);

    public virtual ValueTask<IReadOnlyList<Comment>> QuestionsAsync(EventId id, int limit, CancellationToken ct) => store.Comments.QuestionsAsync(id, limit, ct);

    public virtual ValueTask<IReadOnlyList<FoundComment>> ByAuthorAsync(UserId author, CommentId? before, int limit, CancellationToken ct) => store.Comments.ByAuthorAsync(author, before, limit, ct);

    public virtual ValueTask<IReadOnlyDictionary<UserId, long>> FirstsAsync(EventId id, IReadOnlyCollection<UserId> authors, CancellationToken ct) => store.Comments.FirstsAsync(id, authors, ct);

    public virtual ValueTask<IReadOnlyList<FoundComment>> MentioningAsync(UserId user, CommentId? before, int limit, CancellationToken ct) => store.Comments.MentioningAsync(user, before, limit, ct);

    public virtual ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct) => store.Reactions.ApplyAsync(id, drafts, ct);

    public virtual ValueTask<IReadOnlyDictionary<CommentId, ReactionType>> GivenByAsync(EventId id, UserId userId, IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        store.Reactions.GivenByAsync(id, userId, comments, ct);

    public virtual ValueTask<IReadOnlyList<CommentTally>> ChangedAsync(EventId id, long afterVersion, int limit, CancellationToken ct) => store.Reactions.ChangedAsync(id, afterVersion, limit, ct);

    public virtual ValueTask<ReactionTotal> TotalAsync(EventId id, CancellationToken ct) => store.Reactions.TotalAsync(id, ct);

    public virtual ValueTask<IReadOnlyList<FollowedEvent>> BehindAsync(string follower, EventId? after, int limit, CancellationToken ct) => store.Followers.BehindAsync(follower, after, limit, ct);

    public ValueTask<IReadOnlyList<KeyValuePair<EventId, FollowerPosition>>> PositionsAsync(string follower, EventId? after, int limit, CancellationToken ct) =>
        store.Followers.PositionsAsync(follower, after, limit, ct);

    public virtual ValueTask<FollowerPosition?> FindAsync(string follower, EventId id, CancellationToken ct) => store.Followers.FindAsync(follower, id, ct);

    public virtual ValueTask KeepAsync(string follower, EventId id, FollowerPosition position, CancellationToken ct) => store.Followers.KeepAsync(follower, id, position, ct);

    public virtual ValueTask ForgetAsync(string follower, EventId id, CancellationToken ct) => store.Followers.ForgetAsync(follower, id, ct);

    public virtual ValueTask<IReadOnlyList<ReplayActivity>> ActivityAsync(EventId id, DateTimeOffset from, TimeSpan interval, int count, CancellationToken ct) => store.Replay.ActivityAsync(id, from, interval, count, ct);

    public virtual ValueTask<ReplayPage> PageAsync(EventId id, DateTimeOffset from, DateTimeOffset to, ReplayCursor after, int limit, CancellationToken ct) => store.Replay.PageAsync(id, from, to, after, limit, ct);

    public virtual ValueTask<IReadOnlyList<StagedComment>> StagedAsync(EventId id, int limit, CancellationToken ct) => store.Replay.StagedAsync(id, limit, ct);

    /// <summary>Places one draft.</summary>
    protected virtual async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) => (await store.Log.AppendAsync(id, [draft], default))[0];

    /// <summary>Shows another entry than the one that is stored.</summary>
    protected virtual Entry Change(Entry entry) => entry;

    private LogPage? Change(LogPage? page) => page is null ? null : page with { Entries = [.. page.Entries.Select(Change)] };
}
