using LiveComments.Log;

namespace LiveComments.Moderation;

/// <summary>
/// Decides what becomes of held comments and decisions. A store gathers the facts inside its transaction, asks here, and writes the result. Stores have no rules of their own, so that all decide
/// alike.
/// </summary>
public static class ModerationRules
{
    /// <summary>Two timeouts of one person that end this close to each other are one, asked for by two moderators at once. So are two equal notes.</summary>
    private static readonly TimeSpan Same = TimeSpan.FromSeconds(10);

    /// <summary>The answer to a draft that is not held now, because it was before; null when it is to be held.</summary>
    /// <param name="earlier">What the store has under the draft's idempotency key or, when it has none there, under its id.</param>
    /// <exception cref="InvalidOperationException">The id is another person's comment's.</exception>
    public static AppendResult? AnswerOf(CommentDraft draft, EarlierHold? earlier) => earlier switch
    {
        null => null,
        { } first when first.Author != draft.Author.Id => throw new InvalidOperationException($"The comment id {draft.Id} is in use by another comment."),
        { } first when draft.Key is { } key && first.Fingerprint != key.Fingerprint => new AppendResult.Refused(Error.IdempotencyKeyReused),
        { Place: { } place } first => new AppendResult.Shadowed(first.Id, place, first.HeldAt, IsRepeated: true),
        { } first => new AppendResult.Held(first.Id, first.HeldAt, IsRepeated: true, first.ReleaseAt),
    };

    /// <summary>How a draft is held that was not before.</summary>
    public static (AppendResult Answer, EarlierHold Kept, HeldState State) Hold(CommentDraft draft, DateTimeOffset now)
    {
        var (releaseAt, place) = (draft.Hold is { IsShadow: false, Delay: { } delay } ? now + delay : (DateTimeOffset?)null, draft.Hold?.Place);
        return (place is { } shown ? new AppendResult.Shadowed(draft.Id, shown, now) : new AppendResult.Held(draft.Id, now, ReleaseAt: releaseAt),
            new EarlierHold(draft.Id, draft.Author.Id, now, draft.Key?.Fingerprint, releaseAt, place), place is null ? HeldState.Held : HeldState.Shadowed);
    }

    /// <summary>The decisions that say that one of an action was taken before. Both are the same where there is one.</summary>
    public static (DecisionAction First, DecisionAction Second) AnsweredBy(DecisionAction action) => action switch
    {
        DecisionAction.Approve or DecisionAction.Reject => (DecisionAction.Approve, DecisionAction.Reject),
        DecisionAction.Delete or DecisionAction.Restore => (DecisionAction.Delete, DecisionAction.Restore),
        DecisionAction.Lift or DecisionAction.LiftShadowBan => (DecisionAction.Lift, DecisionAction.LiftShadowBan),
        _ => (action, action),
    };

    /// <summary>What becomes of a decision, and what it changes; null when it changes nothing.</summary>
    public static (DecisionOutcome Outcome, DecisionEffect? Effect) Decide(ModeratorDecision decision, DecisionFacts facts) => decision.Action switch
    {
        DecisionAction.Approve when facts.Held == HeldState.Held => Done(new() { Becomes = HeldState.Approved, IsUnfinished = true }),
        DecisionAction.Approve when facts.Held is null && facts.IsReported => Done(new() { SettlesReports = true }),
        DecisionAction.Reject when facts.Held == HeldState.Held => Done(new() { Becomes = HeldState.Rejected }),
        DecisionAction.Approve or DecisionAction.Reject => facts.Held is null or HeldState.Shadowed && facts.Earlier is null ? (new(DecisionStatus.NotFound), null) : (new(DecisionStatus.Already, facts.Earlier), null),
        DecisionAction.Delete or DecisionAction.Restore when facts.Earlier is { } earlier && earlier.Action == decision.Action => (new(DecisionStatus.Already, earlier), null),
        // A comment that stands has an author here, and so has a removed one that can be restored.
        DecisionAction.Delete or DecisionAction.Restore when decision.User is null => (new(DecisionStatus.NotFound), null),
        DecisionAction.Delete => Done(new() { SettlesReports = true, IsUnfinished = true }),
        DecisionAction.Restore => Done(new() { IsUnfinished = true }),
        DecisionAction.Warn or DecisionAction.ChangeRules or DecisionAction.ChangeModes or DecisionAction.ChangePoll or DecisionAction.BlockNetwork or DecisionAction.UnblockNetwork
            or DecisionAction.UseRecoveryCode or DecisionAction.NewRecoveryCodes or DecisionAction.ChangeStage or DecisionAction.ChangeQuestion or DecisionAction.RemovePicture => Done(new()),
        DecisionAction.Throttle or DecisionAction.Timeout or DecisionAction.Ban or DecisionAction.BanNetwork or DecisionAction.ShadowBan or DecisionAction.Trust => Restrict(decision, facts),
        DecisionAction.Lift => End(decision, facts, static kind => kind != RestrictionKind.Trust),
        DecisionAction.LiftShadowBan => End(decision, facts, static kind => kind == RestrictionKind.Shadow),
        DecisionAction.Untrust => End(decision, facts, static kind => kind == RestrictionKind.Trust),
        DecisionAction.Purge => facts.Earlier is { } before && decision.At - before.At < Same ? (new(DecisionStatus.Already, before), null) : Done(new() { IsUnfinished = true }),
        // A note that is sent again because its answer was lost is one.
        DecisionAction.Note => facts.Earlier is { } note && note.By == decision.By && note.Reason == decision.Reason && decision.At - note.At < Same ? (new(DecisionStatus.Already, note), null) : Done(new()),
        DecisionAction.Undo or DecisionAction.Unpurge or DecisionAction.Unnote => Undo(decision, facts),
        _ => throw new ArgumentOutOfRangeException(nameof(decision), $"There is no rule for {decision.Action}."),
    };

    private static (DecisionOutcome, DecisionEffect?) Done(DecisionEffect effect) => (new(DecisionStatus.Done), effect);

    private static (DecisionOutcome, DecisionEffect?) Restrict(ModeratorDecision decision, DecisionFacts facts)
    {
        var wanted = decision.Action switch
        {
            DecisionAction.Throttle => new Restriction(decision.Event, decision.User!.Value, RestrictionKind.Throttle, null, decision.Span, decision.Id),
            DecisionAction.Timeout => new Restriction(decision.Event, decision.User!.Value, RestrictionKind.Timeout, decision.At + decision.Span, null, decision.Id),
            DecisionAction.BanNetwork => new Restriction(decision.Event, decision.User!.Value, RestrictionKind.NetworkBan, null, null, decision.Id),
            DecisionAction.ShadowBan => new Restriction(decision.Event, decision.User!.Value, RestrictionKind.Shadow, null, null, decision.Id),
            DecisionAction.Trust => new Restriction(decision.Event, decision.User!.Value, RestrictionKind.Trust, null, null, decision.Id),
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

    private static (DecisionOutcome, DecisionEffect?) End(ModeratorDecision decision, DecisionFacts facts, Func<RestrictionKind, bool> ends) =>
        facts.Restrictions.Where(one => ends(one.Kind) && one.HoldsAt(decision.At)).ToArray() is { Length: > 0 } held ? Done(new() { Ends = held })
        : facts.Earlier is { } before ? (new(DecisionStatus.Already, before), null) : (new(DecisionStatus.NotFound), null);

    private static (DecisionOutcome, DecisionEffect?) Undo(ModeratorDecision decision, DecisionFacts facts)
    {
        if (facts.Undone is not { } undone)
            return (new(DecisionStatus.NotFound), null);
        if (facts.Earlier is { } before)
            return (new(DecisionStatus.Already, before), null);
        return undone.Action switch
        {
            DecisionAction.Purge => Done(new() { IsUnfinished = true }),
            DecisionAction.Note => Done(new()),
            DecisionAction.Reject when facts.Held == HeldState.Rejected => Done(new() { Becomes = HeldState.Held }),
            DecisionAction.Throttle or DecisionAction.Timeout or DecisionAction.Ban or DecisionAction.BanNetwork
                when facts.Restrictions.Where(one => one.Decision == undone.Id && one.HoldsAt(decision.At)).ToArray() is { Length: > 0 } held => Done(new() { Ends = held }),
            // What everybody has seen, and what somebody was told, is not taken back.
            _ => (new(DecisionStatus.NotAllowed), null),
        };
    }
}
