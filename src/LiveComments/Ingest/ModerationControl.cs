using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Moderation;
using Microsoft.Extensions.Logging;

namespace LiveComments.Ingest;

/// <summary>
/// Takes the decisions of moderators. A decision goes into the store first, and then what follows from it into the event's log: an approved comment is placed, a deleted one is removed. After a
/// crash between the two, <see cref="FinishAsync"/> does what is left, once. All of it is safe beside other nodes that do the same.
/// </summary>
public sealed partial class ModerationControl(
    IModerationStore store, IEngine engine, ICommentQueries comments, IAccountStore accounts, IParticipants participants, RestrictionWatch restrictions, EventFeeds feeds, IngestMetrics metrics,
    TimeProvider time, ILogger<ModerationControl> logger, INoticeStreams? streams = null)
{
    /// <summary>What follows from a decision is left this long to the call that takes it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private const int Batch = 100;

    /// <summary>Comments of one purge: as many as somebody writes in an hour of one a second, and more.</summary>
    private const int MaxPurged = 5_000;

    /// <summary>Takes one decision about several comments or people. Answers stand in the order of the targets.</summary>
    /// <exception cref="StoreUnavailableException">
    /// Nothing was decided, or (with OutcomeUnknown) it may have been, and what follows from it is done when the store answers again. Asking again does no harm.
    /// </exception>
    public async ValueTask<IReadOnlyList<DecidedTarget>> DecideAsync(Moderator by, DecisionRequest request, CancellationToken ct)
    {
        var asked = request.Action.IsAboutComments() ? await AboutCommentsAsync(by, request, ct) : await AboutPeopleAsync(by, request, ct);
        var outcomes = new Queue<DecisionOutcome>(await TakeAsync([.. asked.Select(one => one.Decision).OfType<ModeratorDecision>()], ct));
        var answers = new List<DecidedTarget>(asked.Count);
        foreach (var (target, (decision, status)) in request.Targets.Zip(asked))
            answers.Add(decision is null ? new DecidedTarget(target, status, null) : Answer(target, decision, outcomes.Dequeue()));
        foreach (var answer in answers)
            metrics.Decision(request.Action, answer.Status);
        return answers;
    }

    /// <summary>Writes into the audit log what was changed about an event.</summary>
    /// <param name="id">The event; null: about all.</param>
    /// <param name="action">One that changes rules, modes, a poll, the stage or a question.</param>
    /// <param name="what">What was changed as it is now.</param>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask NoteAsync(UserId by, EventId? id, DecisionAction action, string what)
    {
        ModeratorDecision[] note = [new(NewId(), id, by, Now, action, null, null, Reason: what)];
        await store.DecideAsync(note, CancellationToken.None);
        streams?.Decided(note);
    }

    /// <summary>Places comments whose delay is over, in the order in which they were written.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask ReleaseAsync(CancellationToken ct)
    {
        while (await store.ReleaseAsync(Now, Batch, ct) is { Count: > 0 } due)
        {
            var placing = due.Select(held => (held.Draft.Id, Done: ReleaseAsync(held))).ToArray();
            var placed = new List<CommentId>(placing.Length);
            foreach (var (comment, done) in placing)
                if (await done)
                    placed.Add(comment);
            if (placed.Count > 0)
                await store.ReleasedAsync(placed, Now, CancellationToken.None);
            if (placed.Count < due.Count)
                return;
        }
    }

    /// <summary>Takes a decision back, where that is possible.</summary>
    /// <exception cref="StoreUnavailableException">See <see cref="DecideAsync"/>.</exception>
    public async ValueTask<DecidedTarget> UndoAsync(Moderator by, Guid decisionId, CancellationToken ct)
    {
        var decision = await store.FindDecisionAsync(decisionId, ct);
        // What holds in all events is the administrators'.
        if (decision is null || (decision.Event is { } only ? only != by.Event.Id : !by.Caller.IsAdministrator))
            return new DecidedTarget(decisionId, DecisionStatus.NotFound, null);
        var target = decision.Comment?.Value ?? decision.User?.Value ?? decisionId;
        // These are taken back by a decision of their own.
        if (decision.Action switch { DecisionAction.Delete => DecisionAction.Restore, DecisionAction.ShadowBan => DecisionAction.Lift, DecisionAction.Trust => DecisionAction.Untrust, _ => (DecisionAction?)null } is { } opposite)
            return (await DecideAsync(by, new DecisionRequest(opposite, [target], null, null, decision.Event is null), ct))[0];
        // Of these nobody is told as of an undo.
        var action = decision.Action switch { DecisionAction.Purge => DecisionAction.Unpurge, DecisionAction.Note => DecisionAction.Unnote, _ => DecisionAction.Undo };
        var undo = new ModeratorDecision(NewId(), decision.Event, by.Caller.UserId, Now, action, decision.Comment, decision.User, Undoes: decisionId);
        var answer = Answer(target, undo, (await TakeAsync([undo], ct))[0]);
        metrics.Decision(DecisionAction.Undo, answer.Status);
        return answer;
    }

    /// <summary>Does what a crash or a store that did not answer has left undone.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask FinishAsync(CancellationToken ct)
    {
        if (await store.UnfinishedAsync(time.GetUtcNow() - Grace, Batch, ct) is { Count: > 0 } unfinished)
            LogFinished(logger, await CarryOutAsync(unfinished));
    }

    // In whole milliseconds as stores keep them, so that a decision is equal before and after it is stored.
    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    private Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());

    private static DecidedTarget Answer(Guid target, ModeratorDecision decision, DecisionOutcome outcome) =>
        new(target, outcome.Status, outcome.Status == DecisionStatus.Done ? decision : outcome.Earlier);

    /// <summary>The decisions about comments, with the authors who are told.</summary>
    private async ValueTask<List<(ModeratorDecision? Decision, DecisionStatus Status)>> AboutCommentsAsync(Moderator by, DecisionRequest request, CancellationToken ct)
    {
        var (id, now) = (by.Event.Id, Now);
        var authors = new Dictionary<CommentId, UserId>();
        CommentId[] targets = [.. request.Targets.Select(target => new CommentId(target))];
        var withdrawn = new HashSet<CommentId>();
        if (request.Action == DecisionAction.Delete)
        {
            foreach (var target in targets)
                if (await comments.FindAsync(id, target, ct) is { } comment)
                    authors[target] = comment.Author.Id;
        }
        else if (request.Action == DecisionAction.Restore)
        {
            foreach (var target in targets)
                if (await comments.FindRemovedAsync(id, target, ct) is { } removed)
                {
                    authors[target] = removed.Comment.Author.Id;
                    if (removed.By == removed.Comment.Author.Id)
                        withdrawn.Add(target);
                }
        }
        else
            foreach (var held in await store.FindHeldAsync(id, targets, ct))
                authors[held.Draft.Id] = held.Draft.Author.Id;
        return [.. targets.Select(target => withdrawn.Contains(target) ? ((ModeratorDecision?)null, DecisionStatus.NotAllowed) : (new ModeratorDecision(NewId(), id, by.Caller.UserId, now, request.Action, target,
            authors.TryGetValue(target, out var author) ? author : null, Reason: request.Reason), DecisionStatus.Done))];
    }

    /// <summary>The decisions about people who have less to say than whoever decides.</summary>
    private async ValueTask<List<(ModeratorDecision? Decision, DecisionStatus Status)>> AboutPeopleAsync(Moderator by, DecisionRequest request, CancellationToken ct)
    {
        var now = Now;
        var found = (await accounts.FindByIdsAsync([.. request.Targets.Select(target => new UserId(target))], ct)).ToDictionary(account => account.Id);
        var asked = new List<(ModeratorDecision?, DecisionStatus)>();
        foreach (var target in request.Targets.Select(target => new UserId(target)))
            if (!found.TryGetValue(target, out var account))
                asked.Add((null, DecisionStatus.NotFound));
            else if (account.Role >= by.Role || await participants.FindRoleAsync(by.Event.Id, target, ct) >= by.Role)
                asked.Add((null, DecisionStatus.NotAllowed));
            else
                asked.Add((new ModeratorDecision(NewId(), request.Everywhere ? null : by.Event.Id, by.Caller.UserId, now, Said(request, by.Event.Id, target), null, target, request.Span, request.Reason), DecisionStatus.Done));
        return asked;
    }

    /// <summary>Who was shadow-banned is not told when it ends, unless more ends with it.</summary>
    private DecisionAction Said(DecisionRequest request, EventId id, UserId target) =>
        request.Action == DecisionAction.Lift && restrictions.Known.IsOnlyShadowed(request.Everywhere ? null : id, target) ? DecisionAction.LiftShadowBan : request.Action;

    private async ValueTask<IReadOnlyList<DecisionOutcome>> TakeAsync(IReadOnlyList<ModeratorDecision> decisions, CancellationToken ct)
    {
        if (decisions.Count == 0)
            return [];
        var outcomes = await store.DecideAsync(decisions, ct);
        // From here on, a caller who hangs up must not leave half of it.
        ModeratorDecision[] done = [.. decisions.Where((_, i) => outcomes[i].Status == DecisionStatus.Done)];
        streams?.Decided(done);
        if (done.Any(decision => decision.Comment is null))
            await restrictions.ChangedAsync(CancellationToken.None);
        ModeratorDecision[] followed = [.. done.Where(decision => decision.Action is DecisionAction.Approve or DecisionAction.Delete or DecisionAction.Restore or DecisionAction.Purge or DecisionAction.Unpurge)];
        foreach (var decision in done.Except(followed))
            Tell(decision);
        if (await CarryOutAsync(followed) < followed.Length)
            throw new StoreUnavailableException("It is decided, and what follows from it is done when the store answers.", outcomeUnknown: true);
        return outcomes;
    }

    /// <summary>Places what was approved, removes what was deleted and so on; how many of the decisions need nothing more. Whatever is placed or removed already stays so.</summary>
    private async ValueTask<int> CarryOutAsync(IReadOnlyList<ModeratorDecision> decisions, bool tell = true)
    {
        var finished = new List<ModeratorDecision>();
        foreach (var ofEvent in decisions.Where(decision => decision is { Event: not null, Comment: not null }).GroupBy(decision => decision.Event!.Value))
        {
            var held = (await store.FindHeldAsync(ofEvent.Key, [.. ofEvent.Where(decision => decision.Action == DecisionAction.Approve).Select(decision => decision.Comment!.Value)], CancellationToken.None))
                .ToDictionary(one => one.Draft.Id);
            // Begun in their order, so that they are placed in it.
            var following = ofEvent.Select(decision => (Decision: decision, Done: FollowAsync(ofEvent.Key, decision, held))).ToArray();
            foreach (var (decision, done) in following)
                if (await done)
                    finished.Add(decision);
        }
        foreach (var decision in decisions.Where(decision => decision is { Event: not null, Comment: null }))
            if (await FollowAsync(decision.Event!.Value, decision))
                finished.Add(decision);
        if (finished.Count == 0)
            return 0;
        await store.FinishAsync([.. finished.Select(decision => decision.Id)], CancellationToken.None);
        if (tell)
            finished.ForEach(Tell);
        return finished.Count;
    }

    /// <summary>Places or removes one comment; false when that must be tried again.</summary>
    private async Task<bool> FollowAsync(EventId id, ModeratorDecision decision, Dictionary<CommentId, HeldComment> held)
    {
        var comment = decision.Comment!.Value;
        try
        {
            if (decision.Action == DecisionAction.Restore)
                return IsFinal(decision, await engine.PlaceAsync(id, new RestoreDraft(comment, decision.By), CancellationToken.None));
            if (decision.Action == DecisionAction.Delete)
                return IsFinal(decision, await engine.PlaceAsync(id, new RemovalDraft(comment, decision.By, AsModerator: true), CancellationToken.None));
            // One that only had reports stands in the log; one whose event was deleted has no place any more.
            if (!held.TryGetValue(comment, out var approved))
                return true;
            return IsFinal(decision, await PlaceAsync(approved));
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Takes the decisions about single comments that follow from one about a person; false when that must be tried again.</summary>
    private async Task<bool> FollowAsync(EventId id, ModeratorDecision decision)
    {
        try
        {
            return decision switch
            {
                { Action: DecisionAction.Purge, User: { } user } => await PurgeAsync(id, decision, user),
                { Action: DecisionAction.Unpurge, Undoes: { } undoes } when await store.FindDecisionAsync(undoes, CancellationToken.None) is { } purge => await UnpurgeAsync(id, decision, purge),
                _ => true,
            };
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private async Task<bool> PurgeAsync(EventId id, ModeratorDecision purge, UserId user)
    {
        ModeratorDecision[] rejected = [.. (await store.WaitingOfAsync(user, MaxPurged, CancellationToken.None)).Where(held => held.Event == id).Select(held => OneOf(purge, DecisionAction.Reject, held.Draft.Id))];
        foreach (var some in rejected.Chunk(Batch))
            await store.DecideAsync(some, CancellationToken.None);
        CommentId? before = null;
        for (var purged = 0; purged < MaxPurged;)
        {
            var written = await comments.ByAuthorAsync(user, before, Batch, CancellationToken.None);
            ModeratorDecision[] deleted = [.. written.Where(found => found.EventId == id).Select(found => OneOf(purge, DecisionAction.Delete, found.Comment.Id))];
            if (deleted.Length > 0 && !await TakeQuietlyAsync(deleted))
                return false;
            purged += deleted.Length;
            if (written.Count < Batch)
                break;
            before = written[^1].Comment.Id;
        }
        return true;
    }

    private async Task<bool> UnpurgeAsync(EventId id, ModeratorDecision unpurge, ModeratorDecision purge)
    {
        foreach (var some in (await store.PurgedAsync(purge, 2 * MaxPurged, CancellationToken.None)).Chunk(Batch))
        {
            ModeratorDecision[] waiting = [.. some.Where(one => one.Action == DecisionAction.Reject).Select(one => OneOf(unpurge, DecisionAction.Undo, one.Comment!.Value) with { Undoes = one.Id })];
            if (waiting.Length > 0)
                await store.DecideAsync(waiting, CancellationToken.None);
            var restored = new List<ModeratorDecision>(some.Length);
            foreach (var one in some.Where(one => one.Action == DecisionAction.Delete))
                // Its author may have been first.
                if (await comments.FindRemovedAsync(id, one.Comment!.Value, CancellationToken.None) is { } removed && removed.By != removed.Comment.Author.Id)
                    restored.Add(OneOf(unpurge, DecisionAction.Restore, one.Comment!.Value));
            if (restored.Count > 0 && !await TakeQuietlyAsync(restored))
                return false;
        }
        return true;
    }

    /// <summary>A decision about one comment that follows from one about its author.</summary>
    private ModeratorDecision OneOf(ModeratorDecision whole, DecisionAction action, CommentId comment) =>
        whole with { Id = NewId(), Action = action, Comment = comment, Undoes = null };

    /// <summary>Takes decisions of which nobody is told one by one; false when something that follows must be tried again.</summary>
    private async Task<bool> TakeQuietlyAsync(IReadOnlyList<ModeratorDecision> decisions)
    {
        var outcomes = await store.DecideAsync(decisions, CancellationToken.None);
        ModeratorDecision[] done = [.. decisions.Where((_, i) => outcomes[i].Status == DecisionStatus.Done)];
        streams?.Decided(done);
        return await CarryOutAsync(done, tell: false) == done.Length;
    }

    private async ValueTask<AppendResult> PlaceAsync(HeldComment approved)
    {
        var draft = approved.Draft with { Hold = null, IsApproved = true };
        var placed = await engine.PlaceAsync(approved.Event, draft, CancellationToken.None);
        return placed is AppendResult.Refused { Error: var error } && error == Error.IdempotencyKeyReused
            // The key was good for a day, and its author has used it again.
            ? await engine.PlaceAsync(approved.Event, draft with { Key = null }, CancellationToken.None)
            : placed;
    }

    /// <summary>Places one comment whose delay is over; false when that must be tried again.</summary>
    private async Task<bool> ReleaseAsync(HeldComment held)
    {
        try
        {
            return await PlaceAsync(held) is not AppendResult.Refused { Error.Status: >= 500 };
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private bool IsFinal(ModeratorDecision decision, AppendResult result)
    {
        if (result is not AppendResult.Refused { Error: var error })
            return true;
        if (error.Status >= 500)
            return false;
        LogRefused(logger, decision.Id, error.Code);
        return true;
    }

    private void Tell(ModeratorDecision decision)
    {
        if (Notice.Of(decision) is { } notice)
            feeds.Tell(notice);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} decisions of moderators were carried out later")]
    private static partial void LogFinished(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nothing follows from decision {Decision}, because the log refuses it: {Code}")]
    private static partial void LogRefused(ILogger logger, Guid decision, string code);
}
