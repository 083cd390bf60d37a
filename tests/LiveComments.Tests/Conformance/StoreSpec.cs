using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Tests.Conformance;

/// <summary>What the suites of one store share: a store of their own for each test, and short forms for what people do.</summary>
public abstract class StoreSpec : IAsyncLifetime
{
    private protected FakeTime Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

    /// <summary>What the clock says; it may be set back.</summary>
    protected DateTimeOffset Now
    {
        get => Time.GetUtcNow();
        set => Time.AdjustTime(value);
    }

    protected StoreUnderTest Store { get; private set; } = null!;

    protected static Author Ann { get; } = Person("ann");

    protected static Author Bob { get; } = Person("bob");

    public async Task InitializeAsync() => Store = await CreateAsync(Time);

    public virtual async Task DisposeAsync() => await Store.DisposeAsync();

    /// <summary>An empty store.</summary>
    private protected abstract Task<StoreUnderTest> CreateAsync(FakeTime time);

    protected static Author Person(string name) => new(UserId.New(TimeProvider.System), name, $"The {name}", $"https://example.org/{name}.png", Role.Viewer);

    protected static CommentDraft Draft(string text, Author? author = null, CommentId? replyTo = null, string? key = null, UInt128 fingerprint = default, IReadOnlyList<Mention>? mentions = null) =>
        new(CommentId.New(TimeProvider.System), author ?? Ann, text, replyTo, mentions ?? [], new ClientProgram("web", "1"), key is null ? null : new IdempotencyKey(key, fingerprint));

    /// <summary>An event that takes comments; its log has one entry.</summary>
    protected async Task<EventId> LiveAsync(EventStatus status = EventStatus.Live)
    {
        var id = EventId.New(TimeProvider.System);
        await PlaceAsync(id, new StatusDraft(status));
        return id;
    }

    protected async Task<AppendResult> PlaceAsync(EventId id, EntryDraft draft) => Assert.Single(await Store.Log.AppendAsync(id, [draft], default));

    protected async Task<Comment> PostAsync(EventId id, CommentDraft draft) => Placed(await PlaceAsync(id, draft));

    protected Task<Comment> PostAsync(EventId id, string text, CommentId? replyTo = null) => PostAsync(id, Draft(text, replyTo: replyTo));

    protected async Task RemoveAsync(EventId id, CommentId commentId) =>
        Assert.IsType<AppendResult.Appended>(await PlaceAsync(id, new RemovalDraft(commentId, Bob.Id, AsModerator: true)));

    protected async Task<ReactionTally> ReactAsync(EventId id, CommentId commentId, UserId user, ReactionType? type)
    {
        var result = Assert.Single(await Store.Reactions.ApplyAsync(id, [new ReactionDraft(commentId, user, type)], default));
        Assert.Null(result.Error);
        return result.Tally;
    }

    protected async Task<IReadOnlyList<Entry>> WholeAsync(EventId id) => (await Store.Log.ReadAsync(id, 0, 10_000, default))!.Entries;

    protected static Comment Placed(AppendResult result) => Assert.IsType<CommentEntry>(Assert.IsType<AppendResult.Appended>(result).Entry).Comment;

    protected static Error Refusal(AppendResult result) => Assert.IsType<AppendResult.Refused>(result).Error;

    protected static IEnumerable<string> Texts(IEnumerable<Comment> comments) => comments.Select(comment => comment.Text);

    protected static IEnumerable<string> Texts(IEnumerable<Entry> entries) => Texts(entries.OfType<CommentEntry>().Select(entry => entry.Comment));
}
