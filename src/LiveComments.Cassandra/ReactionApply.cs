using System.Collections.Concurrent;
using LiveComments.Cassandra.Cql;
using LiveComments.Reactions;

namespace LiveComments.Cassandra;

/// <summary>
/// Applies reactions in one event by one conditional write: it replaces the last write, if that is still the one that was known when the facts were read. Whoever knows an older one writes nothing,
/// reads again and tries again.
/// </summary>
/// <param name="alsoRemoved">Whether what was given to removed comments may change.</param>
internal sealed class ReactionApply(ReactionRows rows, EventId id, IReadOnlyList<ReactionDraft> drafts, DateTimeOffset now, bool alsoRemoved = false)
{
    /// <summary>Between tries whose outcome is unknown: a node that is asked again at once has the same trouble.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The results, and the last write after them with everything written that follows from it; null when there is no log.</summary>
    /// <param name="known">The last write as this node left it, with everything written that follows; null when it does not know it.</param>
    /// <exception cref="CqlException"/>
    public async Task<(IReadOnlyList<ReactionResult> Results, ReactionHead? Head)> RunAsync(ReactionHead? known, CancellationToken ct)
    {
        for (var head = known; ; head = null)
        {
            var isFresh = head is null;
            head ??= await LoadAsync(ct);
            if (head is null)
                return ([.. drafts.Select(_ => new ReactionResult(default, Error.CommentNotFound))], null);
            var (targets, comments) = await ReadAsync(head, ct);
            foreach (var draft in drafts)
                targets.GetValueOrDefault(draft.CommentId)?.Apply(draft.UserId, draft.Type);
            var next = Next(head, targets, comments);
            if (next is null)
            {
                // Nothing is written, so nothing has shown that the last write is still the last.
                if (isFresh || await LoadAsync(ct) is { } current && (current.Epoch, current.Version) == (head.Epoch, head.Version))
                    return (Results(targets), head);
            }
            else if (await WriteAsync(head, next, ct))
            {
                await rows.SettleAsync(next, ct);
                return (Results(targets), next);
            }
        }
    }

    private IReadOnlyList<ReactionResult> Results(IReadOnlyDictionary<CommentId, ReactionTarget> targets) =>
        [.. drafts.Select(draft => targets.TryGetValue(draft.CommentId, out var target) ? new ReactionResult(target.Tally, null) : new ReactionResult(default, Error.CommentNotFound))];

    private async Task<ReactionHead?> LoadAsync(CancellationToken ct) =>
        await rows.Logs.FindEpochAsync(id, ct) is { } epoch && await rows.LoadAsync(id, epoch, ct) is { IsClosed: false } head ? head : null;

    /// <summary>The comments of the drafts as they are.</summary>
    private async Task<(IReadOnlyDictionary<CommentId, ReactionTarget> Targets, IReadOnlyDictionary<CommentId, KnownComment> Comments)> ReadAsync(ReactionHead head, CancellationToken ct)
    {
        var (targets, comments) = (new ConcurrentDictionary<CommentId, ReactionTarget>(), new ConcurrentDictionary<CommentId, KnownComment>());
        var log = LogHeadRow.New(id, head.Epoch);
        await LogStore.EachAsync(drafts.GroupBy(draft => draft.CommentId), async some =>
        {
            if (await rows.Logs.FindCommentAsync(log, some.Key, ct) is not { } comment || comment.Removal is not null && !alsoRemoved)
                return;
            comments[some.Key] = comment;
            targets[some.Key] = new ReactionTarget(comment.Position.Seq, comment.Tally, await rows.FindGivenAsync(id, head.Epoch, comment.Position.Seq, some.Select(draft => draft.UserId), ct));
        }, ct);
        return (targets, comments);
    }

    /// <summary>The next write; null when nothing changes. Each comment that changes gets the next version, so that versions are 1, 2, 3 without gaps.</summary>
    private ReactionHead? Next(ReactionHead head, IReadOnlyDictionary<CommentId, ReactionTarget> targets, IReadOnlyDictionary<CommentId, KnownComment> comments)
    {
        var (version, last) = (head.Version, new List<CountedComment>());
        // Counts are never older than their comment, nor than those before, whatever the wall clock does.
        var second = Math.Max(head.Second, now.ToUnixTimeSeconds());
        foreach (var comment in drafts.Select(draft => draft.CommentId).Distinct())
        {
            if (targets.GetValueOrDefault(comment) is not { Changes: > 0 } target)
                continue;
            target.Raise(++version);
            second = Math.Max(second, comments[comment].Time.ToUnixTimeSeconds());
            last.Add(new CountedComment(comment, target.Seq, target.Tally, comments[comment].Tally.Counts.Total, target.Changes, [.. target.Changed]));
        }
        return last.Count == 0 ? null : head with
        {
            Version = version,
            Total = head.Total + last.Sum(comment => (long)comment.Tally.Counts.Total - comment.Before),
            Changes = head.Changes + last.Sum(comment => (long)comment.Changes),
            Second = second,
            Last = last,
            Writer = Guid.NewGuid(),
        };
    }

    /// <summary>Whether it was written. After an unknown outcome the same write is asked for again, as an append is.</summary>
    private async Task<bool> WriteAsync(ReactionHead head, ReactionHead next, CancellationToken ct)
    {
        var mayHaveWritten = false;
        while (true)
            try
            {
                return await rows.MoveAsync(head, next, ct);
            }
            catch (CqlException e) when (e.MayHaveHappened || (mayHaveWritten && e.Failure == CqlFailure.NotSent))
            {
                mayHaveWritten = true;
                await Task.Delay(Pause, TimeProvider.System, ct);
            }
    }
}
