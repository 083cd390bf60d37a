using LiveComments.Log;

namespace LiveComments.Moderation;

/// <summary>
/// Decides what becomes of held comments and decisions. A store gathers the facts inside its transaction, asks here, and writes the result. Stores have no rules of their own, so that all decide
/// alike.
/// </summary>
public static class ModerationRules
{
    /// <summary>Two timeouts of one person that end this close to each other are one, asked for by two moderators at once.</summary>
    private static readonly TimeSpan Same = TimeSpan.FromSeconds(10);

    /// <summary>The answer to a draft that is not held now, because it was before; null when it is to be held.</summary>
    /// <param name="earlier">What the store has under the draft's idempotency key or, when it has none there, under its id.</param>
    /// <exception cref="InvalidOperationException">The id is another person's comment's.</exception>
    public static AppendResult? AnswerOf(CommentDraft draft, EarlierHold? earlier) => earlier switch
    {
        null => null,
        { } first when first.Author != draft.Author.Id => throw new InvalidOperationException($"The comment id {draft.Id} is in use by another comment."),
        { } first when draft.Key is { } key && first.Fingerprint != key.Fingerprint => new AppendResult.Refused(Error.IdempotencyKeyReused),
        { } first => new AppendResult.Held(first.Id, first.HeldAt, IsRepeated: true),
    };

    /// <summary>The decisions that say that one of an action was taken before. Both are the same where there is one.</summary>
    public static (DecisionAction First, DecisionAction Second) AnsweredBy(DecisionAction action) => action switch
    {
        DecisionAction.Approve or DecisionAction.Reject => (DecisionAction.Approve, DecisionAction.Reject),
        _ => (action, action),
    };

    /// <summary>What becomes of a decision, and what it changes; null when it changes nothing.</summary>
    public static (DecisionOutcome Outcome, DecisionEffect? Effect) Decide(ModeratorDecision decision, DecisionFacts facts) => decision.Action switch
    {
        DecisionAction.Approve when facts.Held == HeldState.Held => Done(new() { Becomes = HeldState.Approved, IsUnfinished = true }),
        DecisionAction.Approve when facts.Held is null && facts.IsReported => Done(new() { SettlesReports = true }),
        DecisionAction.Reject when facts.Held == HeldState.Held => Done(new() { Becomes = HeldState.Rejected }),
        DecisionAction.Approve or DecisionAction.Reject => facts.Held is null && facts.Earlier is null ? (new(DecisionStatus.NotFound), null) : (new(DecisionStatus.Already, facts.Earlier), null),
        DecisionAction.Delete when facts.Earlier is { } earlier => (new(DecisionStatus.Already, earlier), null),
        // A comment that stands has an author.
        DecisionAction.Delete => decision.User is null ? (new(DecisionStatus.NotFound), null) : Done(new() { SettlesReports = true, IsUnfinished = true }),
        DecisionAction.Warn => Done(new()),
        DecisionAction.Throttle or DecisionAction.Timeout or DecisionAction.Ban => Restrict(decision, facts),
        DecisionAction.Lift => facts.Restrictions.Where(one => one.HoldsAt(decision.At)).ToArray() is { Length: > 0 } held ? Done(new() { Ends = held })
            : facts.Earlier is { } before ? (new(DecisionStatus.Already, before), null) : (new(DecisionStatus.NotFound), null),
        DecisionAction.Undo => Undo(decision, facts),
        _ => throw new ArgumentOutOfRangeException(nameof(decision), $"There is no rule for {decision.Action}."),
    };

    private static (DecisionOutcome, DecisionEffect?) Done(DecisionEffect effect) => (new(DecisionStatus.Done), effect);

    private static (DecisionOutcome, DecisionEffect?) Restrict(ModeratorDecision decision, DecisionFacts facts)
    {
        var wanted = decision.Action switch
        {
            DecisionAction.Throttle => new Restriction(decision.Event, decision.User!.Value, RestrictionKind.Throttle, null, decision.Span, decision.Id),
            DecisionAction.Timeout => new Restriction(decision.Event, decision.User!.Value, RestrictionKind.Timeout, decision.At + decision.Span, null, decision.Id),
            _ => new Restriction(decision.Event, decision.User!.Value, RestrictionKind.Ban, null, null, decision.Id),
        };
        var isThere = facts.Restrictions.Any(one => one.Kind == wanted.Kind && one.HoldsAt(decision.At) && wanted.Kind switch
        {
            RestrictionKind.Throttle => one.Every == wanted.Every,
            RestrictionKind.Timeout => (one.Until - wanted.Until)?.Duration() < Same,
            _ => true,
        });
        return isThere ? (new(DecisionStatus.Already, facts.Earlier), null) : Done(new() { Adds = wanted });
    }

    private static (DecisionOutcome, DecisionEffect?) Undo(ModeratorDecision decision, DecisionFacts facts)
    {
        if (facts.Undone is not { } undone)
            return (new(DecisionStatus.NotFound), null);
        if (facts.Earlier is { } before)
            return (new(DecisionStatus.Already, before), null);
        return undone.Action switch
        {
            DecisionAction.Reject when facts.Held == HeldState.Rejected => Done(new() { Becomes = HeldState.Held }),
            DecisionAction.Throttle or DecisionAction.Timeout or DecisionAction.Ban
                when facts.Restrictions.Where(one => one.Decision == undone.Id && one.HoldsAt(decision.At)).ToArray() is { Length: > 0 } held => Done(new() { Ends = held }),
            // What everybody has seen, and what somebody was told, is not taken back.
            _ => (new(DecisionStatus.NotAllowed), null),
        };
    }
}
