using LiveComments.Events;

namespace LiveComments.Log;

/// <summary>
/// Decides what a draft becomes. A store gathers the facts inside its transaction, asks here, and writes the result. Stores have no rules of their own, so that all decide alike.
/// </summary>
public static class LogRules
{
    /// <summary>Why a log in this state refuses the comment; null when it accepts it. An earlier try of the same comment still gets its first answer: ask <see cref="FirstAnswer"/>.</summary>
    /// <param name="parent">The comment that it answers; null when the draft names none, or when this log has no such comment.</param>
    public static AppendResult.Refused? RefusalOf(CommentDraft draft, EventStatus status, CommentFacts? parent)
    {
        if (draft.Refusal is { } refusal)
            return new AppendResult.Refused(refusal.Error, refusal.RetryAfter);
        if (draft.IsApproved)
            // What happened while it was held does not count against it; only a thread that is gone has no place for it.
            return draft.ReplyTo is not null && parent is null ? new AppendResult.Refused(Error.ParentNotFound) : null;
        if (status != EventStatus.Live && !(status == EventStatus.Scheduled && draft.AllowBeforeStart))
            return new AppendResult.Refused(Error.EventNotLive);
        if (draft.ReplyTo is null)
            return null;
        return parent switch
        {
            null => new AppendResult.Refused(Error.ParentNotFound),
            { Removal: not null } => new AppendResult.Refused(Error.ParentRemoved),
            _ => null,
        };
    }

    /// <summary>The answer to a comment that a log in this state does not place; null when it is to be placed. An earlier try still gets its first answer.</summary>
    /// <param name="head">Where the log ends.</param>
    /// <inheritdoc cref="RefusalOf"/>
    public static AppendResult? AnswerOf(CommentDraft draft, EventStatus status, CommentFacts? parent, Position head) =>
        RefusalOf(draft, status, parent) ?? draft.Hold switch
        {
            null => null,
            { IsShadow: true } => (AppendResult)new AppendResult.Shadowed(draft.Id, head, default),
            _ => new AppendResult.Held(draft.Id, default),
        };

    /// <summary>The answer to a repeated comment: the outcome of the first try. Null when there was none, or when the found comment is somebody else's.</summary>
    /// <param name="earlier">What the log has under the draft's idempotency key or, when it has no key, under its id. One that was approved is looked for under its id first: it may have been placed when nobody remembers its key.</param>
    public static AppendResult? FirstAnswer(CommentDraft draft, EarlierComment? earlier) => earlier switch
    {
        null => null,
        { } first when draft.Key is { } key => key.Fingerprint == first.Fingerprint ? first.ToRepeated() : new AppendResult.Refused(Error.IdempotencyKeyReused),
        { } first => first.Author == draft.Author.Id ? first.ToRepeated() : null,
    };

    /// <summary>The answer to a removal that is not placed; null when it is to be placed.</summary>
    /// <param name="comment">The comment to remove; null when this log has no such comment.</param>
    public static AppendResult? AnswerOf(RemovalDraft draft, CommentFacts? comment) => comment switch
    {
        null => new AppendResult.Refused(Error.CommentNotFound),
        { } found when !draft.AsModerator && found.Author != draft.By => new AppendResult.Refused(Error.Forbidden),
        { Removal: { } removal } => new AppendResult.Repeated(draft.CommentId, removal.Position, removal.Time),
        _ => null,
    };

    /// <summary>The answer to a pin that is not placed; null when it is to be placed.</summary>
    /// <param name="comment">The comment to pin; null when the draft takes the pin off, or when this log has no such comment.</param>
    /// <param name="pinned">The comment that is pinned now and not removed; null when none is.</param>
    /// <param name="head">Where the log ends.</param>
    public static AppendResult? AnswerOf(PinDraft draft, CommentFacts? comment, CommentId? pinned, Position head) => AnswerOfShowing(draft.CommentId, comment, pinned, head);

    /// <summary>The answer to a comment that is not put on stage, or taken off; null when it is to be.</summary>
    /// <param name="comment">The comment to show; null when the draft takes it off, or when this log has no such comment.</param>
    /// <param name="staged">The comment that is on stage now and not removed; null when none is.</param>
    /// <param name="head">Where the log ends.</param>
    public static AppendResult? AnswerOf(StageDraft draft, CommentFacts? comment, CommentId? staged, Position head) => AnswerOfShowing(draft.CommentId, comment, staged, head);

    /// <summary>The answer to a question that is not marked; null when it is to be.</summary>
    /// <param name="comment">The question; null when this log has no such comment.</param>
    /// <param name="head">Where the log ends.</param>
    public static AppendResult? AnswerOf(QuestionDraft draft, CommentFacts? comment, Position head) => comment switch
    {
        null or { Question: null } => new AppendResult.Refused(Error.QuestionNotFound),
        { Removal: not null } => new AppendResult.Refused(Error.CommentRemoved),
        { Question: var now } => now == draft.Status ? new AppendResult.Unchanged(head) : null,
    };

    /// <summary>The answer to a restoration that is not placed; null when it is to be placed.</summary>
    /// <param name="comment">The comment to restore; null when this log has no such comment.</param>
    /// <param name="head">Where the log ends.</param>
    public static AppendResult? AnswerOf(RestoreDraft draft, CommentFacts? comment, Position head) => comment switch
    {
        null => new AppendResult.Refused(Error.CommentNotFound),
        { Removal: null } => new AppendResult.Unchanged(head),
        // Its author took it back, or nobody has its text any more.
        { Removal: { } removal } found when removal.By == found.Author || removal.IsErased => new AppendResult.Refused(Error.CommentRemoved),
        _ => null,
    };

    private static AppendResult? AnswerOfShowing(CommentId? wanted, CommentFacts? comment, CommentId? shown, Position head)
    {
        if (wanted is not null && comment is null)
            return new AppendResult.Refused(Error.CommentNotFound);
        if (comment?.Removal is not null)
            return new AppendResult.Refused(Error.CommentRemoved);
        return wanted == shown ? new AppendResult.Unchanged(head) : null;
    }

    /// <summary>The time of the next entry: now, but never earlier than the last entry's, whatever the wall clock does.</summary>
    public static DateTimeOffset TimeOf(DateTimeOffset now, DateTimeOffset last) => now > last ? now : last;
}
