using LiveComments.Comments;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Tests.Sqlite;

namespace LiveComments.Tests.Conformance;

/// <summary>What every <see cref="IHotEntries"/> promises: what it answers is what the store would answer, or nothing.</summary>
public abstract class HotEntriesSpec : StoreSpec
{
    private protected abstract IHotEntries Hot { get; }

    /// <summary>Returns when what was said is kept.</summary>
    private protected abstract Task KeepAsync();

    [Fact]
    public async Task What_it_answers_is_what_the_store_answers()
    {
        var id = await BeginAsync();
        var root = await SayAsync(id, Draft("root", mentions: [new Mention(Bob.Id, "bob")]));
        await SayAsync(id, Draft("a reply", Bob, root.Id));
        var gone = await SayAsync(id, Draft("to be removed"));
        await TellAsync(id, new PinDraft(gone.Id, Bob.Id));
        await TellAsync(id, new PinDraft(root.Id, Bob.Id), new RemovalDraft(gone.Id, Bob.Id, AsModerator: true));
        await CountAsync(id, root.Id, ReactionType.Love);
        await KeepAsync();
        await IsLikeTheStoreAsync(id);
        await CountAsync(id, root.Id, ReactionType.Wow);
        await SayAsync(id, Draft("one more"));
        await KeepAsync();
        var page = await IsLikeTheStoreAsync(id);
        Assert.Equal(2, page.Entries.OfType<CommentEntry>().First().Comment.Reactions.Counts.Total);
        Assert.DoesNotContain("to be removed", Texts(page.Entries));
        Assert.Equal([null, root.Id], page.Entries.OfType<PinnedEntry>().Select(pin => pin.Comment?.Id));
        // Parts of it, and no more than was asked for.
        var head = await HeadAsync(id);
        Assert.Equal([3, 4], (await Hot.ReadAsync(id, head, 2, 2, default))!.Entries.Select(entry => entry.Seq));
        Assert.Equal([head.Seq], (await Hot.ReadAsync(id, head, head.Seq - 1, 100, default))!.Entries.Select(entry => entry.Seq));
        Assert.Null(await Hot.ReadAsync(id, head, head.Seq, 100, default));
    }

    [Fact]
    public async Task Nothing_is_answered_that_does_not_reach_as_far_as_the_log()
    {
        var id = await BeginAsync();
        var comment = await SayAsync(id, Draft("secret"));
        await KeepAsync();
        await IsLikeTheStoreAsync(id);
        // Somebody else removes it, and says nothing here.
        await RemoveAsync(id, comment.Id);
        Assert.Null(await PageAsync(id));
        // What comes next does not hide the hole.
        await SayAsync(id, Draft("next"));
        await KeepAsync();
        Assert.DoesNotContain("secret", Texts((await PageAsync(id))?.Entries ?? []));
        await SayAsync(id, Draft("and next"));
        await KeepAsync();
        Assert.DoesNotContain("secret", Texts((await PageAsync(id))?.Entries ?? []));
    }

    [Fact]
    public async Task A_removed_text_is_gone_before_anybody_is_told()
    {
        var id = await BeginAsync();
        var comment = await SayAsync(id, Draft("secret"));
        await SayAsync(id, Draft("stays"));
        await TellAsync(id, new PinDraft(comment.Id, Bob.Id), new StageDraft(comment.Id, Bob.Id));
        await KeepAsync();
        var before = await HeadAsync(id);
        await RemoveAsync(id, comment.Id);
        await Hot.EraseAsync(id, [comment.Id]);
        // Also for who does not know of the removal yet.
        var page = await Hot.ReadAsync(id, before, 0, 100, default);
        Assert.NotNull(page);
        Assert.Equal(["stays"], Texts(page.Entries));
        Assert.Null(Assert.Single(page.Entries.OfType<PinnedEntry>()).Comment);
        Assert.Null(Assert.Single(page.Entries.OfType<CardEntry>()).Comment);
    }

    [Fact]
    public async Task A_restored_comment_is_back_and_goes_again()
    {
        var id = await BeginAsync();
        var comment = await SayAsync(id, Draft("once more"));
        await TellAsync(id, new RemovalDraft(comment.Id, Bob.Id, AsModerator: true));
        await TellAsync(id, new RestoreDraft(comment.Id, Bob.Id));
        await KeepAsync();
        Assert.Equal(["once more"], Texts((await IsLikeTheStoreAsync(id)).Entries));
        await TellAsync(id, new RemovalDraft(comment.Id, Bob.Id, AsModerator: true));
        await KeepAsync();
        var page = await IsLikeTheStoreAsync(id);
        Assert.DoesNotContain(page.Entries, entry => entry is CommentEntry or RestoredEntry);
    }

    [Fact]
    public async Task What_is_said_twice_is_kept_once()
    {
        var id = await BeginAsync();
        var entries = new List<Entry>();
        for (var i = 0; i < 3; i++)
            entries.Add(Assert.IsType<AppendResult.Appended>(await PlaceAsync(id, Draft($"{i}"))).Entry);
        var epoch = (await HeadAsync(id)).Epoch;
        Hot.Placed(id, epoch, entries);
        Hot.Placed(id, epoch, [entries[1]]);
        Hot.Placed(id, epoch, entries);
        await KeepAsync();
        Hot.Placed(id, epoch, entries);
        await SayAsync(id, Draft("3"));
        await KeepAsync();
        Assert.Equal(["0", "1", "2", "3"], Texts((await IsLikeTheStoreAsync(id)).Entries));
    }

    [Fact]
    public async Task Counts_that_were_lost_are_found_in_the_store()
    {
        var id = await BeginAsync();
        var (one, other) = (await SayAsync(id, Draft("one")), await SayAsync(id, Draft("other")));
        await CountAsync(id, one.Id, ReactionType.Like);
        await KeepAsync();
        await ReactAsync(id, one.Id, Bob.Id, ReactionType.Sad);
        var page = await PageAsync(id);
        Assert.NotNull(page);
        Assert.Equal(one.Id, Assert.Single(await Store.Reactions.ChangedAsync(id, page.Version, 10, default)).CommentId);
        // The next ones do not hide it.
        await CountAsync(id, other.Id, ReactionType.Like);
        await KeepAsync();
        if (await PageAsync(id) is { } later)
            Assert.True((await Store.Reactions.ChangedAsync(id, later.Version, 10, default)).Any(tally => tally.CommentId == one.Id)
                || later.Entries.OfType<CommentEntry>().Single(entry => entry.Comment.Id == one.Id).Comment.Reactions.Counts.Sads == 1);
    }

    [Fact]
    public async Task A_log_that_is_deleted_or_begun_anew_is_forgotten()
    {
        var (id, other) = (await BeginAsync(), await BeginAsync());
        await SayAsync(id, Draft("secret"));
        await SayAsync(other, Draft("stays"));
        await KeepAsync();
        var head = await HeadAsync(id);
        Assert.Null(await Hot.ReadAsync(id, head with { Epoch = head.Epoch + 1 }, 0, 100, default));
        Hot.Forget(id);
        await KeepAsync();
        Assert.Null(await PageAsync(id));
        await IsLikeTheStoreAsync(other);
        await Hot.ForgetAllAsync(default);
        Assert.Null(await PageAsync(other));
        // It is kept again from the next entry on.
        await SayAsync(other, Draft("later"));
        await KeepAsync();
        await IsLikeTheStoreAsync(other);
    }

    private protected override Task<StoreUnderTest> CreateAsync(FakeTime time) => Task.FromResult<StoreUnderTest>(new SqliteStore(time));

    /// <summary>An event whose first entry is said.</summary>
    private protected async Task<EventId> BeginAsync()
    {
        var id = await LiveAsync();
        Hot.Placed(id, (await HeadAsync(id)).Epoch, await WholeAsync(id));
        return id;
    }

    /// <summary>Places drafts and says so, as an event's actor does.</summary>
    private protected async Task<IReadOnlyList<Entry>> TellAsync(EventId id, params EntryDraft[] drafts)
    {
        var appended = (await Store.Log.AppendAsync(id, drafts, default)).Cast<AppendResult.Appended>().ToList();
        if (appended.Select(one => one.Entry).OfType<RemovedEntry>().ToList() is { Count: > 0 } removed)
            await Hot.EraseAsync(id, [.. removed.Select(entry => entry.CommentId)]);
        Hot.Placed(id, appended[0].Epoch, [.. appended.Select(one => one.Entry)]);
        return [.. appended.Select(one => one.Entry)];
    }

    private protected async Task<Comment> SayAsync(EventId id, CommentDraft draft) => ((CommentEntry)(await TellAsync(id, draft))[0]).Comment;

    private protected async Task CountAsync(EventId id, CommentId comment, ReactionType type) =>
        Hot.Counted(id, [new CommentTally(comment, await ReactAsync(id, comment, UserId.New(TimeProvider.System), type))]);

    private protected async Task<Position> HeadAsync(EventId id) => (await Store.Log.HeadsAsync([id], default))[id].Position;

    /// <summary>What is answered up to the end of the log.</summary>
    private protected async Task<HotPage?> PageAsync(EventId id) => await Hot.ReadAsync(id, await HeadAsync(id), 0, 1_000, default);

    private protected async Task<HotPage> IsLikeTheStoreAsync(EventId id)
    {
        var page = await PageAsync(id);
        Assert.NotNull(page);
        Assert.Equal((await WholeAsync(id)).Select(Shown), page.Entries.Select(Shown));
        Assert.Empty(await Store.Reactions.ChangedAsync(id, page.Version, 10, default));
        return page;
    }

    /// <summary>All that an entry shows but the number of its replies and the counts of a comment that it carries: those are of the time when it was placed.</summary>
    private static (long, DateTimeOffset, string, CommentId?, string?, ReactionTally, string) Shown(Entry entry) => entry switch
    {
        CommentEntry written => Shown(entry, written.Comment, written.Comment.Reactions),
        PinnedEntry { Comment: { } pinned } => Shown(entry, pinned, default),
        RestoredEntry restored => Shown(entry, restored.Comment, default),
        RemovedEntry removed => (entry.Seq, entry.Time, nameof(RemovedEntry), removed.CommentId, null, default, ""),
        _ => (entry.Seq, entry.Time, entry.GetType().Name, null, null, default, ""),
    };

    private static (long, DateTimeOffset, string, CommentId?, string?, ReactionTally, string) Shown(Entry entry, Comment comment, ReactionTally reactions) =>
        (entry.Seq, entry.Time, entry.GetType().Name, comment.Id, $"{comment.Text} {comment.Position} {comment.ReplyTo} {comment.Author} {comment.Time:O}", reactions, string.Join(' ', comment.Mentions));
}
