using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Moderation.Rules;

namespace LiveComments.Ingest;

/// <summary>
/// The stages between every door and an event, each for one request. A stage answers why it refuses the request, or null. What it found out stands in the request.
/// </summary>
public sealed class Stages(UserLimits limits, Escalation escalation, BanEvasion evasion, Authorship authorship, EventDirectory events, RulesInForce rules, Scoring scoring, TimeProvider time)
{
    private static readonly HoldReason ShadowBanned = new("shadow-ban", "its author is shadow-banned");

    /// <summary>The rules that need only the request and the event. They cost its author nothing.</summary>
    public Refusal? Validate(PendingComment comment)
    {
        if (Validation.Check(comment.Request, comment.Event, time.GetUtcNow(), out var text, out var parent, out var early) is { } error)
            return new Refusal(error);
        (comment.Text, comment.Parent, comment.IsEarly) = (text, parent, early);
        return null;
    }

    /// <inheritdoc cref="Validate(PendingComment)"/>
    public static Refusal? Validate(PendingReaction reaction)
    {
        if (Validation.Check(reaction.Request, reaction.Event, out var type) is { } error)
            return new Refusal(error);
        reaction.Type = type;
        return null;
    }

    /// <summary>The rate limits of its author and their address on this node. Who runs into them again and again is asked for more: <see cref="Escalation"/>.</summary>
    public Refusal? Limit(PendingComment comment)
    {
        if (!comment.IsLimited)
            return null;
        var refusal = limits.TakeComment(comment.Caller.UserId, comment.Request.Address, out var permit, out var isShared);
        comment.Permit = permit;
        if (refusal is not null && comment.Role == Role.Viewer)
            escalation.Strike(isShared ? null : comment.Caller.UserId, comment.Request.Address);
        return refusal;
    }

    /// <inheritdoc cref="Limit(PendingComment)"/>
    public Refusal? Limit(PendingReaction reaction)
    {
        if (!reaction.IsLimited)
            return null;
        var refusal = limits.TakeReaction(reaction.Caller.UserId, out var permit);
        reaction.Permit = permit;
        if (refusal is not null)
            escalation.Strike(reaction.Caller.UserId, reaction.Request.Address);
        return refusal;
    }

    /// <summary>Who writes, and whom they mention.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<Refusal?> IdentifyAsync(PendingComment comment, CancellationToken ct)
    {
        comment.Become(await authorship.DraftAsync(comment, ct));
        if (comment.Role != Role.Viewer)
            return null;
        comment.Rules = await rules.OfAsync(comment.Event.Id, ct);
        if (comment.Event.Settings.Modes is { MembersOnly: true })
            comment.IsByMember = await events.IsAdmittedAsync(comment.Event.Id, comment.Caller.UserId, ct);
        return null;
    }

    /// <summary>Makes sure that whoever reacts has an account, or is a guest where guests may react.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public ValueTask<Refusal?> IdentifyAsync(PendingReaction reaction, CancellationToken ct) => authorship.EnsureAsync(reaction, ct);

    /// <summary>How likely the comment is unwanted. Refuses nothing.</summary>
    public async ValueTask<Refusal?> ScoreAsync(PendingComment comment, CancellationToken ct)
    {
        comment.Score = NewAccounts.Weigh(await scoring.ScoreAsync(comment.Draft), comment.Text, time.GetUtcNow() - comment.AuthorSince);
        return null;
    }

    /// <summary>Whether the comment is admitted, held or refused. What is admitted or held has its masked words masked.</summary>
    public Refusal? Decide(PendingComment comment)
    {
        var suspicion = comment is { Role: Role.Viewer, IsTrusted: false } ? evasion.Of(comment.Event.Id, comment.Caller.UserId, comment.Request.Address, comment.AuthorSince) : BanSuspicion.None;
        var (verdict, reasons) = Judge(comment, suspicion);
        if ((comment.Barred ?? (suspicion == BanSuspicion.NetworkBanned ? new Refusal(Error.NetworkBlocked) : default(Refusal?)) ?? (comment is { Request.IsQuestion: true, Event.Settings.Questions: false } ? new Refusal(Error.QuestionsOff) : default(Refusal?)) ?? RoomModeRules.RefusalOf(comment, time.GetUtcNow()) ?? (verdict == Verdict.Refuse ? new Refusal(Error.TextRefused) : null)) is not { } refusal)
        {
            if (comment.Rules.Mask(comment.Draft.Text) is var masked && !ReferenceEquals(masked, comment.Draft.Text))
                comment.Become(comment.Draft with { Text = masked });
            if (verdict == Verdict.Hold)
                comment.Become(comment.Draft with { Hold = new Hold(comment.Score.Value, comment.IsShadowed ? [.. reasons, ShadowBanned] : reasons) });
            else if (comment.IsShadowed)
                comment.Become(comment.Draft with { Hold = new Hold(comment.Score.Value, [ShadowBanned], IsShadow: true) });
            else if (comment is { Role: Role.Viewer, Event.Settings.Modes.DelaySeconds: > 0 and var seconds })
                comment.Become(comment.Draft with { Hold = new Hold(comment.Score.Value, [new HoldReason("delay", "it is shown later")], TimeSpan.FromSeconds(seconds)) });
            return null;
        }
        if (comment.Request.Key is null)
            return refusal;
        // An earlier try may have been placed, and only the log knows it.
        comment.Become(comment.Draft with { Refusal = refusal });
        return null;
    }

    /// <summary>The strictest of what the score, the rules and the mode that reviews everything say, and why.</summary>
    private static (Verdict Verdict, IReadOnlyList<HoldReason> Reasons) Judge(PendingComment comment, BanSuspicion suspicion)
    {
        var scored = comment.IsTrusted ? Verdict.Admit : Decision.Of(comment.Score, comment.Event.ModerationLevel, comment.Role);
        var ruled = comment.Rules.Judge(comment.Draft.Text);
        // What the rules refuse is refused to everybody.
        if (comment.IsTrusted && ruled is { Verdict: Verdict.Hold })
            ruled = null;
        var (verdict, reasons) = (scored, new List<HoldReason>());
        if (scored == Verdict.Hold)
            reasons.AddRange((comment.Score.Reasons ?? []).Select(static reason => new HoldReason("text", reason)));
        if (ruled is { } match)
        {
            verdict = match.Verdict > scored ? match.Verdict : scored;
            reasons.Add(new HoldReason("rule", match.Reason));
        }
        if (comment is { Role: Role.Viewer, IsTrusted: false, Event.Settings.Modes.ReviewEverything: true } && verdict != Verdict.Refuse)
        {
            verdict = Verdict.Hold;
            reasons.Add(new HoldReason("review", "everything is reviewed"));
        }
        if (suspicion == BanSuspicion.Suspected && verdict != Verdict.Refuse)
        {
            verdict = Verdict.Hold;
            reasons.Add(new HoldReason("evasion", "suspected ban evasion: from the device or network of somebody who is banned"));
        }
        return (verdict, reasons);
    }
}
