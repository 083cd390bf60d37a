using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Moderation;

namespace LiveComments.Ingest;

/// <summary>Comments of somebody who is shadow-banned, or was: shown to them like any others, and to nobody else. Costs a look into memory for everybody else.</summary>
public sealed class ShadowedComments(IModerationStore store, Restrictions restrictions)
{
    /// <summary>Of one answer: somebody who is shadow-banned may write many.</summary>
    private const int Most = 50;

    /// <summary>Of one event that a replay has, the latest.</summary>
    private const int MostReplayed = 1_000;

    /// <summary>The caller's in one event after one seq and up to another, ascending.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<IReadOnlyList<Comment>> OfAsync(EventId id, Caller? caller, long afterSeq, long toSeq, CancellationToken ct) =>
        caller is not null && restrictions.MayHaveShadowed(caller.UserId)
            ? [.. (await store.ShadowedAsync(id, caller.UserId, afterSeq, toSeq, Most, ct)).Reverse().Select(Shown)]
            : [];

    /// <summary>The caller's in one event for a page of its replay, ascending: those of a span of time that stand after one seq, or at it, and before another.</summary>
    /// <param name="to">Not included.</param>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<IReadOnlyList<Comment>> ReplayedAsync(EventId id, Caller? caller, DateTimeOffset from, DateTimeOffset to, long fromSeq, long toSeq, CancellationToken ct) =>
        caller is not null && restrictions.MayHaveShadowed(caller.UserId)
            ? [.. (await store.ShadowedAsync(id, caller.UserId, fromSeq - 1, toSeq - 1, MostReplayed, ct)).Reverse().Where(held => held.HeldAt >= from && held.HeldAt < to).Select(Shown)]
            : [];

    /// <summary>The caller's in all events, the latest first.</summary>
    /// <param name="before">Those before this one; null: from the last.</param>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<IReadOnlyList<FoundComment>> MineAsync(Caller caller, CommentId? before, int limit, CancellationToken ct) =>
        restrictions.MayHaveShadowed(caller.UserId)
            ? [.. (await store.ShadowedAsync(caller.UserId, before, limit, ct)).Select(held => new FoundComment(held.Event, Shown(held)))]
            : [];

    /// <summary>One of the caller's; null when it is none.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<Comment?> FindAsync(EventId id, CommentId comment, Caller? caller, CancellationToken ct) =>
        caller is not null && restrictions.MayHaveShadowed(caller.UserId)
            && await store.FindHeldAsync(id, [comment], ct) is [{ State: HeldState.Shadowed } held] && held.Draft.Author.Id == caller.UserId ? Shown(held) : null;

    private static Comment Shown(HeldComment held) =>
        new(held.Draft.Id, held.Draft.Author, held.Draft.Text, held.HeldAt, held.Place ?? default, held.Draft.ReplyTo, 0, held.Draft.Mentions, default, held.Draft.Question);
}
