using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Followers;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Replay;

namespace LiveComments.Tests.Conformance;

internal sealed class LeavesAGap(StoreUnderTest store) : BrokenStore(store)
{
    protected override Entry Change(Entry entry) => entry.Seq < 3 ? entry : entry with { Seq = entry.Seq + 1 };
}

internal sealed class GivesOneSeqTwice(StoreUnderTest store) : BrokenStore(store)
{
    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) => await base.AppendAsync(id, draft) is
        AppendResult.Appended { Entry: CommentEntry { Seq: 7 } entry }
        ? new AppendResult.Appended(new CommentEntry(6, entry.Comment with { Position = entry.Comment.Position with { Seq = 6 } }), entry.Comment.Position.Epoch)
        : await base.AppendAsync(id, draft);
}

internal sealed class LetsOthersIntoABatch(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct)
    {
        var results = new List<AppendResult>();
        foreach (var draft in drafts)
        {
            results.Add(await AppendAsync(id, draft));
            if (drafts.Count > 1)
                await Sound.Log.AppendAsync(id, [new SettingsDraft(new EventSettings())], ct);
        }
        return results;
    }
}

internal sealed class LetsLaterCallsPass(StoreUnderTest store) : BrokenStore(store)
{
    private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    public override async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(EventId id, IReadOnlyList<EntryDraft> drafts, CancellationToken ct)
    {
        var call = Interlocked.Increment(ref _calls);
        if (call == 7)
            await _passed.Task;
        var appending = Sound.Log.AppendAsync(id, drafts, ct);
        if (call == 8)
            _passed.SetResult();
        return await appending;
    }
}

internal sealed class LetsTimeGoBack(StoreUnderTest store) : BrokenStore(store)
{
    protected override Entry Change(Entry entry) => entry is CommentEntry { Seq: 4 } comment
        ? comment with { Comment = comment.Comment with { Time = entry.Time.AddHours(-1) }, Time = entry.Time.AddHours(-1) }
        : entry;
}

internal sealed class ForgetsKeys(StoreUnderTest store) : BrokenStore(store)
{
    protected override ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) =>
        base.AppendAsync(id, draft is CommentDraft comment ? comment with { Key = null } : draft);
}

internal sealed class ForgetsKeysWhenClosed(StoreUnderTest store) : BrokenStore(store)
{
    private int _opened;

    public override Task ReopenAsync()
    {
        _opened++;
        return base.ReopenAsync();
    }

    protected override ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) =>
        base.AppendAsync(id, draft is CommentDraft { Key: { } key } comment ? comment with { Key = key with { Value = key.Value + _opened } } : draft);
}

internal sealed class TakesAnyBodyForAKey(StoreUnderTest store) : BrokenStore(store)
{
    protected override ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) =>
        base.AppendAsync(id, draft is CommentDraft { Key: { } key } comment ? comment with { Key = key with { Fingerprint = 0 } } : draft);
}

internal sealed class SharesKeysBetweenUsers(StoreUnderTest store) : BrokenStore(store)
{
    private readonly Dictionary<(EventId, string), Author> _first = [];

    protected override ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        if (draft is not CommentDraft { Key: { } key } comment)
            return base.AppendAsync(id, draft);
        _first.TryAdd((id, key.Value), comment.Author);
        return base.AppendAsync(id, comment with { Author = _first[(id, key.Value)] });
    }
}

internal sealed class UsesAKeyUpForARefusal(StoreUnderTest store) : BrokenStore(store)
{
    private readonly HashSet<string> _used = [];

    protected override ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) => draft is CommentDraft { Key: { } key } && !_used.Add(key.Value)
        ? ValueTask.FromResult<AppendResult>(new AppendResult.Refused(Error.IdempotencyKeyReused))
        : base.AppendAsync(id, draft);
}

internal sealed class TakesCommentsAfterTheEnd(StoreUnderTest store) : BrokenStore(store)
{
    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        var result = await base.AppendAsync(id, draft);
        if (result is not AppendResult.Refused { Error.Code: "event-not-live" })
            return result;
        await base.AppendAsync(id, new StatusDraft(EventStatus.Live));
        return await base.AppendAsync(id, draft);
    }
}

internal sealed class AcknowledgesBeforeItStores(StoreUnderTest store) : BrokenStore(store)
{
    private Func<Task>? _later;

    public override async Task ReopenAsync()
    {
        _later = null;
        await base.ReopenAsync();
    }

    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        if (_later is not null)
            await _later();
        _later = null;
        if (draft is not CommentDraft { ReplyTo: null } comment || (await HeadsAsync([id], default)).Values.SingleOrDefault() is not { Status: EventStatus.Live } head)
            return await base.AppendAsync(id, draft);
        _later = async () => await base.AppendAsync(id, draft);
        var position = head.Position with { Seq = head.Position.Seq + 1 };
        return new AppendResult.Appended(new CommentEntry(position.Seq, new Comment(comment.Id, comment.Author, comment.Text, head.Time, position, null, 0, comment.Mentions, default)), position.Epoch);
    }
}

internal sealed class NestsThreads(StoreUnderTest store) : BrokenStore(store)
{
    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) =>
        await base.AppendAsync(id, draft) is var result && result is AppendResult.Appended { Entry: CommentEntry entry } && draft is CommentDraft comment
        ? new AppendResult.Appended(entry with { Comment = entry.Comment with { ReplyTo = comment.ReplyTo } }, entry.Comment.Position.Epoch)
        : result;
}

internal sealed class TakesRepliesToRemovedComments(StoreUnderTest store) : BrokenStore(store)
{
    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) =>
        await base.AppendAsync(id, draft) is var result && result is AppendResult.Refused { Error.Code: "parent-removed" } && draft is CommentDraft comment
        ? await base.AppendAsync(id, comment with { ReplyTo = null })
        : result;
}

internal sealed class ShowsRemovedTexts(StoreUnderTest store) : BrokenStore(store)
{
    private readonly Dictionary<CommentId, CommentEntry> _placed = [];

    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        var result = await base.AppendAsync(id, draft);
        if (result is AppendResult.Appended { Entry: CommentEntry entry })
            _placed[entry.Comment.Id] = entry;
        return result;
    }

    protected override Entry Change(Entry entry) =>
        entry is RemovedEntry removed && _placed.TryGetValue(removed.CommentId, out var comment) && comment.Seq == entry.Seq ? comment : entry;
}

internal sealed class FindsRemovedComments(StoreUnderTest store) : BrokenStore(store)
{
    private readonly Dictionary<CommentId, Comment> _found = [];

    public override async ValueTask<Comment?> FindAsync(EventId id, CommentId commentId, CancellationToken ct) =>
        await base.FindAsync(id, commentId, ct) ?? _found.GetValueOrDefault(commentId);

    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        if (draft is RemovalDraft removal && await FindAsync(id, removal.CommentId, default) is { } comment)
            _found[comment.Id] = comment;
        return await base.AppendAsync(id, draft);
    }
}

internal sealed class RemovesTwice(StoreUnderTest store) : BrokenStore(store)
{
    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) =>
        await base.AppendAsync(id, draft) is var result && result is AppendResult.Repeated && draft is RemovalDraft
        ? await base.AppendAsync(id, new SettingsDraft(new EventSettings()))
        : result;
}

internal sealed class PinsTwice(StoreUnderTest store) : BrokenStore(store)
{
    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) => await base.AppendAsync(id, draft) is var result && result is AppendResult.Unchanged
        ? await base.AppendAsync(id, new SettingsDraft(new EventSettings()))
        : result;
}

internal sealed class PinsRemovedComments(StoreUnderTest store) : BrokenStore(store)
{
    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) =>
        await base.AppendAsync(id, draft) is var result && result is AppendResult.Refused { Error.Code: "comment-removed" }
        ? await base.AppendAsync(id, new PinDraft(null, default))
        : result;
}

internal sealed class ForgetsThePinWhenOpened(StoreUnderTest store) : BrokenStore(store)
{
    private bool _opened;

    public override Task ReopenAsync()
    {
        _opened = true;
        return base.ReopenAsync();
    }

    public override async ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) =>
        (await base.HeadsAsync(ids, ct)).ToDictionary(head => head.Key, head => _opened ? head.Value with { Pinned = null } : head.Value);
}

internal sealed class KeepsRemovedCommentsPinned(StoreUnderTest store) : BrokenStore(store)
{
    private Comment? _pinned;

    public override async ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) =>
        (await base.HeadsAsync(ids, ct)).ToDictionary(head => head.Key, head => head.Value with { Pinned = head.Value.Pinned ?? _pinned });

    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        var result = await base.AppendAsync(id, draft);
        if (result is AppendResult.Appended { Entry: PinnedEntry { Comment: var comment } })
            _pinned = comment;
        return result;
    }
}

internal sealed class ShowsTextsThatWerePinned(StoreUnderTest store) : BrokenStore(store)
{
    private readonly Dictionary<long, PinnedEntry> _pins = [];

    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        var result = await base.AppendAsync(id, draft);
        if (result is AppendResult.Appended { Entry: PinnedEntry pin })
            _pins[pin.Seq] = pin;
        return result;
    }

    protected override Entry Change(Entry entry) => entry is PinnedEntry ? _pins[entry.Seq] : entry;
}

internal sealed class KeepsRemovedCommentsOnStage(StoreUnderTest store) : BrokenStore(store)
{
    private Comment? _staged;

    public override async ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) =>
        (await base.HeadsAsync(ids, ct)).ToDictionary(head => head.Key, head => head.Value with { Staged = head.Value.Staged ?? _staged });

    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        var result = await base.AppendAsync(id, draft);
        if (result is AppendResult.Appended { Entry: CardEntry { Card.Type: Card.Stage, Comment: var comment } })
            _staged = comment;
        return result;
    }
}

internal sealed class ForgetsTheStageWhenOpened(StoreUnderTest store) : BrokenStore(store)
{
    private bool _opened;

    public override Task ReopenAsync()
    {
        _opened = true;
        return base.ReopenAsync();
    }

    public override async ValueTask<IReadOnlyDictionary<EventId, LogHead>> HeadsAsync(IReadOnlyCollection<EventId> ids, CancellationToken ct) =>
        (await base.HeadsAsync(ids, ct)).ToDictionary(head => head.Key, head => _opened ? head.Value with { Staged = null } : head.Value);
}

internal sealed class ForgetsAnswers(StoreUnderTest store) : BrokenStore(store)
{
    protected override Entry Change(Entry entry) =>
        entry is CommentEntry { Comment.Question: not null } asked ? asked with { Comment = asked.Comment with { Question = QuestionStatus.Open } } : entry;
}

internal sealed class MarksAnyComment(StoreUnderTest store) : BrokenStore(store)
{
    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) =>
        await base.AppendAsync(id, draft) is var result && result is AppendResult.Refused { Error.Code: "question-not-found" } && draft is QuestionDraft question
        ? await base.AppendAsync(id, new CardDraft(Card.OfQuestion(question.CommentId, question.Status)))
        : result;
}

internal sealed class ListsRemovedQuestions(StoreUnderTest store) : BrokenStore(store)
{
    private readonly List<Comment> _asked = [];

    public override async ValueTask<IReadOnlyList<Comment>> QuestionsAsync(EventId id, int limit, CancellationToken ct)
    {
        var listed = await base.QuestionsAsync(id, limit, ct);
        return [.. listed.Concat(_asked.Where(question => listed.Count > 0)).DistinctBy(question => question.Id).OrderByDescending(question => question.Position.Seq).Take(limit)];
    }

    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        var result = await base.AppendAsync(id, draft);
        if (result is AppendResult.Appended { Entry: CommentEntry { Comment: { Question: not null, Text: not "elsewhere" } question } })
            _asked.Add(question);
        return result;
    }
}

internal sealed class ReplaysRemovedStages(StoreUnderTest store) : BrokenStore(store)
{
    private readonly List<Comment?> _staged = [];

    public override async ValueTask<IReadOnlyList<StagedComment>> StagedAsync(EventId id, int limit, CancellationToken ct) =>
        [.. (await base.StagedAsync(id, limit, ct)).Select(staged => staged with { Comment = staged.Comment ?? _staged.FirstOrDefault(comment => comment?.Time < staged.Time) })];

    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        var result = await base.AppendAsync(id, draft);
        if (result is AppendResult.Appended { Entry: CardEntry { Comment: { } comment } })
            _staged.Add(comment);
        return result;
    }
}

internal sealed class LeavesTheRemovalWhereItRestores(StoreUnderTest store) : BrokenStore(store)
{
    private readonly HashSet<CommentId> _removed = [];

    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        var result = await base.AppendAsync(id, draft);
        if (draft is RemovalDraft removal)
            _removed.Add(removal.CommentId);
        return result;
    }

    protected override Entry Change(Entry entry) => entry is CommentEntry comment && _removed.Contains(comment.Comment.Id) ? new RemovedEntry(entry.Seq, entry.Time, comment.Comment.Id) : entry;
}

internal sealed class RestoresWhatItsAuthorRemoved(StoreUnderTest store) : BrokenStore(store)
{
    protected override ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) =>
        base.AppendAsync(id, draft is RemovalDraft removal ? removal with { By = default, AsModerator = true } : draft);
}

internal sealed class LetsAnybodyRemove(StoreUnderTest store) : BrokenStore(store)
{
    protected override ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft) =>
        base.AppendAsync(id, draft is RemovalDraft removal ? removal with { AsModerator = true } : draft);
}

internal sealed class CountsRemovedReplies(StoreUnderTest store) : BrokenStore(store)
{
    private readonly Dictionary<CommentId, int> _most = [];

    public override async ValueTask<Comment?> FindAsync(EventId id, CommentId commentId, CancellationToken ct) =>
        await base.FindAsync(id, commentId, ct) is { } comment ? comment with { ReplyCount = Math.Max(comment.ReplyCount, _most.GetValueOrDefault(commentId)) } : null;

    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        var result = await base.AppendAsync(id, draft);
        if (result is AppendResult.Appended { Entry: CommentEntry { Comment.ReplyTo: { } root } })
            _most[root] = _most.GetValueOrDefault(root) + 1;
        return result;
    }
}

internal sealed class ChangesTheEpochWhenOpened(StoreUnderTest store) : BrokenStore(store)
{
    private int _opened;

    public override Task ReopenAsync()
    {
        _opened++;
        return base.ReopenAsync();
    }

    public override async ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) =>
        await base.ReadAsync(id, afterSeq, limit, ct) is { } page ? page with { Head = page.Head with { Epoch = page.Head.Epoch + _opened } } : null;
}

internal sealed class KeepsTheEpochOfADeletedLog(StoreUnderTest store) : BrokenStore(store)
{
    private readonly Dictionary<EventId, long> _epochs = [];

    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        var result = await base.AppendAsync(id, draft);
        if (result is not AppendResult.Appended { Entry: CommentEntry entry })
            return result;
        _epochs.TryAdd(id, entry.Comment.Position.Epoch);
        return new AppendResult.Appended(entry with { Comment = entry.Comment with { Position = entry.Comment.Position with { Epoch = _epochs[id] } } }, _epochs[id]);
    }
}

internal sealed class LeavesSinceOut(StoreUnderTest store) : BrokenStore(store)
{
    public override ValueTask<CommentPage> PageAsync(EventId id, PageRequest request, CancellationToken ct) =>
        base.PageAsync(id, request with { Since = request.Since < DateTimeOffset.MaxValue ? request.Since?.AddMilliseconds(1) : request.Since }, ct);
}

internal sealed class SaysCompleteTooSoon(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<CommentPage> PageAsync(EventId id, PageRequest request, CancellationToken ct) =>
        await base.PageAsync(id, request, ct) is var page && page.More && !request.Newest ? page with { CompleteTo = page.CompleteTo with { Seq = page.CompleteTo.Seq + 1 } } : page;
}

internal sealed class ListsOldestFirst(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<IReadOnlyList<FoundComment>> ByAuthorAsync(UserId author, CommentId? before, int limit, CancellationToken ct) =>
        [.. (await base.ByAuthorAsync(author, before, limit, ct)).Reverse()];
}

internal sealed class ForgetsRemovedFirsts(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<IReadOnlyDictionary<UserId, long>> FirstsAsync(EventId id, IReadOnlyCollection<UserId> authors, CancellationToken ct)
    {
        var standing = (await ReadAsync(id, 0, 1_000, ct))!.Entries.OfType<CommentEntry>().Select(entry => (entry.Comment.Author.Id, entry.Seq));
        return standing.Where(one => authors.Contains(one.Id)).GroupBy(one => one.Id).ToDictionary(group => group.Key, group => group.Min(one => one.Seq));
    }
}

internal sealed class BreaksTiesByTheNewest(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<IReadOnlyList<Comment>> PopularAsync(EventId id, int limit, CancellationToken ct) =>
        [.. (await base.PopularAsync(id, limit, ct)).OrderByDescending(comment => comment.Reactions.Counts.Total).ThenByDescending(comment => comment.Position.Seq)];
}

internal sealed class CountsARetryTwice(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct)
    {
        var before = await FindAsync(id, drafts[0].CommentId, ct);
        var results = await base.ApplyAsync(id, drafts, ct);
        return drafts[0].Type is { } type && before?.Reactions.Counts == results[0].Tally.Counts
            ? [.. results.Select(result => result with { Tally = result.Tally with { Counts = result.Tally.Counts.Add(type, 1) } })]
            : results;
    }
}

internal sealed class KeepsTheFormerReaction(StoreUnderTest store) : BrokenStore(store)
{
    private readonly HashSet<(CommentId, UserId)> _given = [];

    public override ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct) =>
        base.ApplyAsync(id, [.. drafts.Select(draft => _given.Add((draft.CommentId, draft.UserId)) ? draft : draft with { UserId = UserId.New(TimeProvider.System) })], ct);
}

internal sealed class LosesAChangedReaction(StoreUnderTest store) : BrokenStore(store)
{
    private readonly HashSet<(CommentId, UserId)> _given = [];

    public override ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct) =>
        base.ApplyAsync(id, [.. drafts.Select(draft => _given.Add((draft.CommentId, draft.UserId)) ? draft : draft with { Type = null })], ct);
}

internal sealed class RaisesTheVersionForNothing(StoreUnderTest store) : BrokenStore(store)
{
    private long _calls;

    public override async ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct)
    {
        _calls++;
        return [.. (await base.ApplyAsync(id, drafts, ct)).Select(result => result with { Tally = result.Tally with { Version = _calls } })];
    }
}

internal sealed class StartsVersionsAnewWhenOpened(StoreUnderTest store) : BrokenStore(store)
{
    private bool _opened;

    public override Task ReopenAsync()
    {
        _opened = true;
        return base.ReopenAsync();
    }

    public override async ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct) =>
        [.. (await base.ApplyAsync(id, drafts, ct)).Select(result => _opened ? result with { Tally = result.Tally with { Version = 1 } } : result)];
}

internal sealed class TellsWhatWasTakenBack(StoreUnderTest store) : BrokenStore(store)
{
    private readonly Dictionary<(CommentId, UserId), ReactionType> _given = [];

    public override ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct)
    {
        foreach (var draft in drafts)
            if (draft.Type is { } type)
                _given[(draft.CommentId, draft.UserId)] = type;
        return base.ApplyAsync(id, drafts, ct);
    }

    public override ValueTask<IReadOnlyDictionary<CommentId, ReactionType>> GivenByAsync(EventId id, UserId userId, IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        new(comments.Where(comment => _given.ContainsKey((comment, userId))).ToDictionary(comment => comment, comment => _given[(comment, userId)]));
}

internal sealed class TellsWhatSomebodyGave(StoreUnderTest store) : BrokenStore(store)
{
    private UserId _last;

    public override ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct)
    {
        _last = drafts[^1].UserId;
        return base.ApplyAsync(id, drafts, ct);
    }

    public override ValueTask<IReadOnlyDictionary<CommentId, ReactionType>> GivenByAsync(EventId id, UserId userId, IReadOnlyCollection<CommentId> comments, CancellationToken ct) =>
        base.GivenByAsync(id, _last, comments, ct);
}

internal sealed class TakesReactionsToAnything(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct) =>
        [.. (await base.ApplyAsync(id, drafts, ct)).Select(result => result with { Error = null })];
}

internal sealed class AppliesTheLastFirst(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<IReadOnlyList<ReactionResult>> ApplyAsync(EventId id, IReadOnlyList<ReactionDraft> drafts, CancellationToken ct) =>
        [.. (await base.ApplyAsync(id, [.. drafts.Reverse()], ct)).Reverse()];
}

internal sealed class TellsChangesByTheirComments(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<IReadOnlyList<CommentTally>> ChangedAsync(EventId id, long afterVersion, int limit, CancellationToken ct) =>
        [.. (await base.ChangedAsync(id, afterVersion, limit, ct)).OrderBy(change => change.CommentId.ToString(), StringComparer.Ordinal)];
}

internal sealed class SharesPositionsBetweenFollowers(StoreUnderTest store) : BrokenStore(store)
{
    public override ValueTask<IReadOnlyList<FollowedEvent>> BehindAsync(string follower, EventId? after, int limit, CancellationToken ct) => base.BehindAsync("all", after, limit, ct);

    public override ValueTask KeepAsync(string follower, EventId id, FollowerPosition position, CancellationToken ct) => base.KeepAsync("all", id, position, ct);

    public override ValueTask ForgetAsync(string follower, EventId id, CancellationToken ct) => base.ForgetAsync("all", id, ct);
}

internal sealed class ForgetsPositions(StoreUnderTest store) : BrokenStore(store)
{
    public override ValueTask KeepAsync(string follower, EventId id, FollowerPosition position, CancellationToken ct) => default;
}

internal sealed class SeesNoChangedTallies(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<IReadOnlyList<FollowedEvent>> BehindAsync(string follower, EventId? after, int limit, CancellationToken ct) =>
        [.. (await base.BehindAsync(follower, after, limit, ct)).Where(one => one.Reached?.Log != one.Head)];
}

internal sealed class SeesNoDeletedLogs(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<IReadOnlyList<FollowedEvent>> BehindAsync(string follower, EventId? after, int limit, CancellationToken ct) =>
        [.. (await base.BehindAsync(follower, after, limit, ct)).Where(one => one.Head is not null)];
}

internal sealed class TakesOneEpochForAnother(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<IReadOnlyList<FollowedEvent>> BehindAsync(string follower, EventId? after, int limit, CancellationToken ct) =>
        [.. (await base.BehindAsync(follower, after, limit, ct)).Where(one => !(one.Reached?.Log.Seq >= one.Head?.Seq))];
}

internal sealed class BeginsEveryPageAtTheFirst(StoreUnderTest store) : BrokenStore(store)
{
    private int _asked;

    // Not for ever, so that the suite ends.
    public override async ValueTask<IReadOnlyList<FollowedEvent>> BehindAsync(string follower, EventId? after, int limit, CancellationToken ct) =>
        _asked++ < 10 ? await base.BehindAsync(follower, null, limit, ct) : [];
}
