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
    TimeProvider time, ILogger<ModerationControl> logger)
{
    /// <summary>What follows from a decision is left this long to the call that takes it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private const int Batch = 100;

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

    /// <summary>Takes a decision back, where that is possible.</summary>
    /// <exception cref="StoreUnavailableException">See <see cref="DecideAsync"/>.</exception>
    public async ValueTask<DecidedTarget> UndoAsync(Moderator by, Guid decisionId, CancellationToken ct)
    {
        var decision = await store.FindDecisionAsync(decisionId, ct);
        // What holds in all events is the administrators'.
        if (decision is null || (decision.Event is { } only ? only != by.Event.Id : !by.Caller.IsAdministrator))
            return new DecidedTarget(decisionId, DecisionStatus.NotFound, null);
        var target = decision.Comment?.Value ?? decision.User?.Value ?? decisionId;
        var undo = new ModeratorDecision(NewId(), decision.Event, by.Caller.UserId, Now, DecisionAction.Undo, decision.Comment, decision.User, Undoes: decisionId);
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
        if (request.Action == DecisionAction.Delete)
        {
            foreach (var target in targets)
                if (await comments.FindAsync(id, target, ct) is { } comment)
                    authors[target] = comment.Author.Id;
        }
        else
            foreach (var held in await store.FindHeldAsync(id, targets, ct))
                authors[held.Draft.Id] = held.Draft.Author.Id;
        return [.. targets.Select(target => (new ModeratorDecision(NewId(), id, by.Caller.UserId, now, request.Action, target,
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
                asked.Add((new ModeratorDecision(NewId(), request.Everywhere ? null : by.Event.Id, by.Caller.UserId, now, request.Action, null, target, request.Span, request.Reason), DecisionStatus.Done));
        return asked;
    }

    private async ValueTask<IReadOnlyList<DecisionOutcome>> TakeAsync(IReadOnlyList<ModeratorDecision> decisions, CancellationToken ct)
    {
        if (decisions.Count == 0)
            return [];
        var outcomes = await store.DecideAsync(decisions, ct);
        // From here on, a caller who hangs up must not leave half of it.
        ModeratorDecision[] done = [.. decisions.Where((_, i) => outcomes[i].Status == DecisionStatus.Done)];
        if (done.Any(decision => decision.Comment is null))
            await restrictions.ChangedAsync(CancellationToken.None);
        ModeratorDecision[] followed = [.. done.Where(decision => decision.Action is DecisionAction.Approve or DecisionAction.Delete)];
        foreach (var decision in done.Except(followed))
            Tell(decision);
        if (await CarryOutAsync(followed) < followed.Length)
            throw new StoreUnavailableException("It is decided, and what follows from it is done when the store answers.", outcomeUnknown: true);
        return outcomes;
    }

    /// <summary>Places what was approved and removes what was deleted; how many of the decisions need nothing more. Whatever is placed or removed already stays so.</summary>
    private async ValueTask<int> CarryOutAsync(IReadOnlyList<ModeratorDecision> decisions)
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
        if (finished.Count == 0)
            return 0;
        await store.FinishAsync([.. finished.Select(decision => decision.Id)], CancellationToken.None);
        finished.ForEach(Tell);
        return finished.Count;
    }

    /// <summary>Places or removes one comment; false when that must be tried again.</summary>
    private async Task<bool> FollowAsync(EventId id, ModeratorDecision decision, Dictionary<CommentId, HeldComment> held)
    {
        var comment = decision.Comment!.Value;
        try
        {
            if (decision.Action == DecisionAction.Delete)
                return IsFinal(decision, await engine.PlaceAsync(id, new RemovalDraft(comment, decision.By, AsModerator: true), CancellationToken.None));
            // One that only had reports stands in the log; one whose event was deleted has no place any more.
            if (!held.TryGetValue(comment, out var approved))
                return true;
            var draft = approved.Draft with { Hold = null, IsApproved = true };
            var placed = await engine.PlaceAsync(id, draft, CancellationToken.None);
            if (placed is AppendResult.Refused { Error: var error } && error == Error.IdempotencyKeyReused)
                // The key was good for a day, and its author has used it again.
                placed = await engine.PlaceAsync(id, draft with { Key = null }, CancellationToken.None);
            return IsFinal(decision, placed);
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
