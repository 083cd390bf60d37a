using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Polls;
using LiveComments.Reactions;
using Microsoft.Extensions.Logging;

namespace LiveComments.Ingest;

/// <summary>
/// The way from every door into an event. A door parses the request, calls this, and words the answer. Who may write is decided here, everything else in <see cref="Stages"/>, so that the
/// same request has the same outcome, cost and metrics at every door.
/// </summary>
public sealed class Ingest(
    EventDirectory events, UserLimits limits, Restrictions restrictions, IEngine engine, ICommentQueries comments, IModerationStore moderation, IPollStore polls, Authorship authorship, ShadowedComments shadowed, ModerationControl control, Escalation escalation, BanEvasion evasion, IngestMetrics metrics, SessionChecks sessions, TimeProvider time, ILogger<Ingest> logger)
{
    /// <summary>An empty offer. What is added to it and then taken is answered to the asker, now or when it is committed and flushed.</summary>
    public Offer Offer(Asker asker) => new(asker, metrics, time, logger);

    /// <summary>Takes what is in an offer. Returns when each of its requests is refused or waits in its event's queue.</summary>
    public ValueTask TakeAsync(EventId id, Offer offer)
    {
        offer.IsAwaited = true;
        return TakeAsync(events.FindAsync(id, offer.Cancelled), offer);
    }

    /// <summary>Takes what is in an offer. Returns when the offer waits for the stages; its requests are answered to their askers.</summary>
    /// <param name="videoId">The event's UUID or alias.</param>
    public ValueTask TakeAsync(string videoId, Offer offer) => TakeAsync(events.FindAsync(videoId, offer.Cancelled), offer);

    /// <summary>Takes a comment; answered when it is committed and flushed, or refused.</summary>
    /// <param name="door">One of <see cref="Doors"/>.</param>
    /// <param name="videoId">The event's UUID or alias, from a path.</param>
    /// <param name="ct">Cancelled when nobody waits for the answer any more: look-ups are given up.</param>
    public async ValueTask<CommentOutcome> CommentAsync(string door, string videoId, CommentRequest request, CancellationToken ct)
    {
        var asker = new AwaitingAsker<CommentOutcome>(door);
        var offer = new Offer(asker, metrics, time, logger, ct);
        offer.Add(request);
        await TakeAsync(events.FindAsync(videoId, ct), offer);
        return await asker.Outcome;
    }

    /// <summary>Takes a reaction; answered when it is committed and flushed, or refused.</summary>
    /// <inheritdoc cref="CommentAsync(string, string, CommentRequest, CancellationToken)"/>
    public async ValueTask<ReactionOutcome> ReactAsync(string door, string videoId, ReactionRequest request, CancellationToken ct)
    {
        var asker = new AwaitingAsker<ReactionOutcome>(door);
        var offer = new Offer(asker, metrics, time, logger, ct);
        offer.Add(request);
        await TakeAsync(events.FindAsync(videoId, ct), offer);
        return await asker.Outcome;
    }

    /// <summary>Removes a comment, by its author or a moderator. Null when it is removed, also if it was before.</summary>
    /// <param name="comment">Null when the request's text is not a comment id.</param>
    /// <inheritdoc cref="CommentAsync(string, string, CommentRequest, CancellationToken)"/>
    public async ValueTask<Refusal?> RemoveAsync(string door, string videoId, Caller? caller, CommentId? comment, CancellationToken ct)
    {
        var (outcome, refusal) = await RemoveAsModeratorAsync(videoId, caller, comment, ct) ?? await PlaceAsync(events.FindAsync(videoId, ct), caller, writer =>
            comment is { } id ? (new RemovalDraft(id, writer.Caller.UserId, AsModerator: writer.Role >= Role.Moderator), null) : (null, Error.CommentNotFound), ct);
        // What waits, or only its author sees, is in no log.
        if (refusal?.Error == Error.CommentNotFound && caller is not null && comment is { } own && await WithdrawAsync(videoId, caller, own, ct))
            (outcome, refusal) = ("placed", null);
        metrics.Removal(door, outcome);
        return refusal;
    }

    /// <summary>Pins a comment, replacing any other, by a moderator. Null when it is pinned.</summary>
    /// <inheritdoc cref="RemoveAsync"/>
    public ValueTask<Refusal?> PinAsync(string door, string videoId, Caller? caller, CommentId? comment, CancellationToken ct) => PinAsync(door, videoId, caller, comment is not null, comment, ct);

    /// <summary>Unpins, by a moderator. Null when nothing is pinned any more.</summary>
    /// <inheritdoc cref="CommentAsync(string, string, CommentRequest, CancellationToken)"/>
    public ValueTask<Refusal?> UnpinAsync(string door, string videoId, Caller? caller, CancellationToken ct) => PinAsync(door, videoId, caller, true, null, ct);

    /// <summary>Puts a comment on stage in place of any other, by a moderator. Null when it is there.</summary>
    /// <inheritdoc cref="RemoveAsync"/>
    /// <exception cref="StoreUnavailableException">It may be on stage without an entry in the audit.</exception>
    public ValueTask<Refusal?> StageAsync(string door, string videoId, Caller? caller, CommentId? comment, CancellationToken ct) => StageAsync(door, videoId, caller, comment is not null, comment, ct);

    /// <summary>Takes the comment on stage off, by a moderator. Null when none is there any more.</summary>
    /// <inheritdoc cref="StageAsync(string, string, Caller?, CommentId?, CancellationToken)"/>
    public ValueTask<Refusal?> UnstageAsync(string door, string videoId, Caller? caller, CancellationToken ct) => StageAsync(door, videoId, caller, true, null, ct);

    /// <summary>Says whether a question was answered, by a moderator. Null when it is so.</summary>
    /// <param name="comment">Null when the request's text is not a comment id.</param>
    /// <inheritdoc cref="CommentAsync(string, string, CommentRequest, CancellationToken)"/>
    /// <exception cref="StoreUnavailableException">It may be marked without an entry in the audit.</exception>
    public async ValueTask<Refusal?> MarkAsync(string door, string videoId, Caller? caller, CommentId? comment, QuestionStatus status, CancellationToken ct)
    {
        Writer by = default;
        var (outcome, refusal) = await PlaceAsync(events.FindAsync(videoId, ct), caller, writer =>
        {
            by = writer;
            return writer.Role < Role.Moderator ? (null, Error.Forbidden) : comment is { } question ? (new QuestionDraft(question, status, writer.Caller.UserId), null) : (null, Error.QuestionNotFound);
        }, ct);
        metrics.Question(door, outcome);
        if (outcome == "placed")
            await control.NoteAsync(by.Caller.UserId, by.Event.Id, DecisionAction.ChangeQuestion, $"{status.Name()}: {comment}");
        return refusal;
    }

    /// <summary>Asks the moderators of an event to look at a comment. Null when they are asked, also if this person asked before.</summary>
    /// <param name="comment">Null when the request's text is not a comment id.</param>
    /// <param name="reason">As <see cref="Comments.CommentText"/> has normalised it.</param>
    /// <inheritdoc cref="CommentAsync(string, string, CommentRequest, CancellationToken)"/>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<Refusal?> ReportAsync(string door, string videoId, Caller? caller, CommentId? comment, string reason, CancellationToken ct)
    {
        var refusal = await ReportAsync(videoId, caller, comment, reason, ct);
        metrics.Report(door, refusal?.Error.Code ?? "taken");
        return refusal;
    }

    /// <summary>Whether a caller moderates an event.</summary>
    /// <param name="videoId">The event's UUID or alias, from a path.</param>
    /// <returns>The moderator, or the error to answer.</returns>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<(Moderator? Moderator, Error? Error)> ModeratorAsync(string videoId, Caller? caller, CancellationToken ct)
    {
        var (writer, fault) = await WriterAsync(events.FindAsync(videoId, ct), caller, null, ct);
        return fault is not null ? (null, fault) : writer.Role < Role.Moderator ? (null, Error.Forbidden) : (new Moderator(writer.Event, writer.Caller, writer.Role), null);
    }

    /// <summary>Places an event's status or settings. The caller has checked the permission.</summary>
    /// <exception cref="StoreUnavailableException"/>
    internal async ValueTask<AppendResult> AnnounceAsync(EventId id, EntryDraft draft, CancellationToken ct)
    {
        var result = await engine.PlaceAsync(id, draft, ct);
        metrics.Announcement(result is AppendResult.Refused { Error: var error } ? error.Code : "placed");
        return result;
    }

    /// <summary>Takes the decision to delete somebody else's comment; null when it is not one that a moderator takes.</summary>
    private async ValueTask<(string Outcome, Refusal? Refusal)?> RemoveAsModeratorAsync(string videoId, Caller? caller, CommentId? comment, CancellationToken ct)
    {
        Error error;
        try
        {
            var (moderator, _) = await ModeratorAsync(videoId, caller, ct);
            if (moderator is null || comment is not { } id || await comments.FindAsync(moderator.Event.Id, id, ct) is not { } found || found.Author.Id == moderator.Caller.UserId)
                return null;
            return (await control.DecideAsync(moderator, new DecisionRequest(DecisionAction.Delete, [id.Value], null, null, false), ct))[0].Status switch
            {
                DecisionStatus.Done => ("placed", null),
                DecisionStatus.Already => ("repeated", null),
                _ => (Error.CommentNotFound.Code, new Refusal(Error.CommentNotFound)),
            };
        }
        catch (StoreUnavailableException e)
        {
            error = e.OutcomeUnknown ? Error.OutcomeUnknown : Error.StoreUnavailable;
        }
        return (error.Code, new Refusal(error));
    }

    private async ValueTask<bool> WithdrawAsync(string videoId, Caller caller, CommentId comment, CancellationToken ct)
    {
        try
        {
            return await events.FindAsync(videoId, ct) is { } liveEvent && await moderation.WithdrawAsync(liveEvent.Id, comment, caller.UserId, time.GetUtcNow(), ct);
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Answers the reactions and votes that nobody is to see: of people who are shadow-banned, and to what only its author sees.</summary>
    private async ValueTask AnswerShadowedAsync(Offer offer)
    {
        foreach (var reaction in offer.Reactions.Where(reaction => restrictions.MayHaveShadowed(reaction.Caller.UserId)).ToArray())
        {
            if (Validation.Check(reaction.Request, reaction.Event, out var type) is not null)
                continue;
            try
            {
                if (reaction.Request.Vote is { } vote)
                {
                    if (restrictions.IsShadowed(reaction.Event.Id, reaction.Caller.UserId))
                        await AnswerShadowedAsync(offer, reaction, vote);
                    continue;
                }
                var id = reaction.Request.Comment!.Value;
                var own = await shadowed.FindAsync(reaction.Event.Id, id, reaction.Caller, offer.Cancelled);
                var comment = own ?? (restrictions.IsShadowed(reaction.Event.Id, reaction.Caller.UserId) ? await comments.FindAsync(reaction.Event.Id, id, offer.Cancelled) : null);
                if (comment is null)
                    continue;
                offer.Reactions.Remove(reaction);
                if (limits.TakeReaction(reaction.Caller.UserId, out _) is { } limited)
                    reaction.Refuse(limited);
                else
                    reaction.Complete(new ReactionResult(type is { } given ? comment.Reactions with { Counts = comment.Reactions.Counts.Add(given, 1) } : comment.Reactions, null));
            }
            catch (StoreUnavailableException)
            {
                offer.Reactions.Remove(reaction);
                reaction.Refuse(new Refusal(Error.StoreUnavailable));
            }
        }
    }

    /// <summary>Answers a vote that does not count, with counts that have it.</summary>
    private async ValueTask AnswerShadowedAsync(Offer offer, PendingReaction voter, Vote vote)
    {
        var poll = await polls.FindAsync(voter.Event.Id, vote.Poll, offer.Cancelled);
        offer.Reactions.Remove(voter);
        if (limits.TakeReaction(voter.Caller.UserId, out _) is { } limited)
        {
            voter.Refuse(limited);
            return;
        }
        var box = new VoteBox(poll, [], time.GetUtcNow());
        var error = box.Take(voter.Caller.UserId, vote.Option);
        box.Count();
        voter.Complete(new ReactionResult(default, error, error is null ? box.Poll!.ForViewers().Tally : null));
    }

    private async ValueTask<Refusal?> ReportAsync(string videoId, Caller? caller, CommentId? comment, string reason, CancellationToken ct)
    {
        var (writer, fault) = await WriterAsync(events.FindAsync(videoId, ct), caller, null, ct);
        if (fault is not null)
            return new Refusal(fault);
        if (restrictions.RefusalOf(writer.Event.Id, writer.Caller) is { } barred)
            return barred;
        if (await authorship.EnsureAsync(writer.Caller, writer.Event, ct) is { } needed)
            return needed;
        // It costs as much as a comment.
        if (writer.Role < Role.Moderator && limits.TakeComment(writer.Caller.UserId, out _) is { } limited)
            return limited;
        if (comment is not { } id || await comments.FindAsync(writer.Event.Id, id, ct) is null)
            return new Refusal(Error.CommentNotFound);
        await moderation.ReportAsync(new Report(writer.Event.Id, id, writer.Caller.UserId, reason, time.GetUtcNow()), ct);
        return null;
    }

    private async ValueTask<Refusal?> PinAsync(string door, string videoId, Caller? caller, bool isComment, CommentId? comment, CancellationToken ct)
    {
        var (outcome, refusal) = await PlaceAsync(events.FindAsync(videoId, ct), caller, writer =>
            writer.Role < Role.Moderator ? (null, Error.Forbidden) : isComment ? (new PinDraft(comment, writer.Caller.UserId), null) : (null, Error.CommentNotFound), ct);
        metrics.Pin(door, outcome);
        return refusal;
    }

    private async ValueTask<Refusal?> StageAsync(string door, string videoId, Caller? caller, bool isComment, CommentId? comment, CancellationToken ct)
    {
        Writer by = default;
        var (outcome, refusal) = await PlaceAsync(events.FindAsync(videoId, ct), caller, writer =>
        {
            by = writer;
            return writer.Role < Role.Moderator ? (null, Error.Forbidden) : isComment ? (new StageDraft(comment, writer.Caller.UserId), null) : (null, Error.CommentNotFound);
        }, ct);
        metrics.Stage(door, outcome);
        if (outcome == "placed")
            await control.NoteAsync(by.Caller.UserId, by.Event.Id, DecisionAction.ChangeStage, comment is { } staged ? $"on stage: {staged}" : "empty");
        return refusal;
    }

    private async ValueTask TakeAsync(ValueTask<LiveEvent?> finding, Offer offer)
    {
        // Each request awaits it.
        finding = finding.Preserve();
        await offer.PassAsync(
            async (comment, ct) =>
            {
                var (writer, fault) = await WriterAsync(finding, comment.Request.Caller, comment.Request.UserId, ct);
                comment.WrittenBy(writer.Event, writer.Caller, writer.Role);
                if (fault is not null)
                    return new Refusal(fault);
                comment.Barred = restrictions.RefusalOf(writer.Event.Id, writer.Caller);
                if (writer.Role == Role.Viewer)
                    evasion.Seen(writer.Caller.UserId, comment.Request.Address, comment.Barred?.Error == Error.Banned);
                if (comment.Request.Key is null && comment.Barred is not null)
                    return comment.Barred;
                return comment.IsLimited && writer.Role == Role.Viewer
                    ? await escalation.CheckAsync(writer.Caller.UserId, writer.Event.Id, comment.Request.Address, comment.Request.Answer, ct) : null;
            },
            async (reaction, ct) =>
            {
                var (writer, fault) = await WriterAsync(finding, reaction.Request.Caller, reaction.Request.UserId, ct);
                reaction.GivenBy(writer.Event, writer.Caller);
                if (fault is not null)
                    return new Refusal(fault);
                return restrictions.RefusalOf(writer.Event.Id, writer.Caller)
                    ?? (reaction.IsLimited && writer.Role == Role.Viewer ? escalation.Check(writer.Caller.UserId, reaction.Request.Address) : null);
            });
        if (offer.Reactions.Count > 0)
            await AnswerShadowedAsync(offer);
        if (!offer.IsEmpty)
            await engine.TakeAsync(offer);
    }

    /// <summary>Places something other than a comment, and waits for it.</summary>
    private async ValueTask<(string Outcome, Refusal? Refusal)> PlaceAsync(ValueTask<LiveEvent?> finding, Caller? caller, Func<Writer, (EntryDraft? Draft, Error? Fault)> decide, CancellationToken ct)
    {
        var permit = default(Permit);
        Error error;
        try
        {
            var (writer, fault) = await WriterAsync(finding, caller, null, ct);
            EntryDraft? draft = null;
            if (fault is null)
                (draft, fault) = decide(writer);
            if (draft is null)
                return (fault!.Code, new Refusal(fault));
            // It costs as much as a comment, also when the log refuses it.
            if (writer.Role < Role.Moderator && limits.TakeComment(writer.Caller.UserId, out permit) is { } limited)
                return (limited.Error.Code, limited);
            switch (await engine.PlaceAsync(writer.Event.Id, draft, ct))
            {
                case AppendResult.Refused refused:
                    error = refused.Error;
                    break;
                case AppendResult.Appended:
                    return ("placed", null);
                default:
                    return ("repeated", null);
            }
        }
        catch (StoreUnavailableException e)
        {
            error = e.OutcomeUnknown ? Error.OutcomeUnknown : Error.StoreUnavailable;
        }
        catch
        {
            permit.Refused(Error.Internal);
            throw;
        }
        permit.Refused(error);
        return (error.Code, new Refusal(error));
    }

    /// <summary>The event, the caller and the caller's role in it; or why the caller may not write.</summary>
    /// <param name="claimed">The user id that the request names; null when it names none.</param>
    private async ValueTask<(Writer Writer, Error? Fault)> WriterAsync(ValueTask<LiveEvent?> finding, Caller? caller, string? claimed, CancellationToken ct)
    {
        if (caller is null)
            return (default, Error.Unauthenticated);
        if (caller.ExpiresAt <= time.GetUtcNow())
            return (default, Error.TokenExpired);
        // A socket may learn of a change to its caller a moment late.
        var (now, ended) = sessions.Now(caller);
        if (now is null)
            return (default, ended);
        if (claimed is not null && (!UserId.TryParse(claimed, out var user) || user != caller.UserId))
            return (default, Error.UserMismatch);
        if (await finding is not { } liveEvent)
            return (default, Error.EventNotFound);
        return await events.RoleAsync(liveEvent, now, ct) is { } role ? (new Writer(liveEvent, now, role), null) : (default, Error.EventNotFound);
    }

    private readonly record struct Writer(LiveEvent Event, Caller Caller, Role Role);
}
