using LiveComments.Cassandra.Cql;
using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.Cassandra;

/// <summary>
/// Places drafts in one log by one conditional write: it writes the entries and moves the head, if the head is where it was when the facts were read. Whoever has an older head writes nothing,
/// reads again and tries again.
/// </summary>
internal sealed class LogAppend(LogStore store, EventId id, IReadOnlyList<EntryDraft> drafts, DateTimeOffset now)
{
    /// <summary>Between tries whose outcome is unknown: a node that is asked again at once has the same trouble.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether something may have been written that nobody has been told of.</summary>
    public bool MayHaveWritten { get; private set; }

    /// <summary>The results, and the end of the log after them with everything settled; null when there is no log.</summary>
    /// <param name="known">The end of the log as this node left it, with everything settled; null when it does not know it.</param>
    /// <exception cref="CqlException"/>
    public async Task<(IReadOnlyList<AppendResult> Results, LogHeadRow? Head)> RunAsync(LogHeadRow? known, CancellationToken ct)
    {
        var keys = new byte[]?[drafts.Count];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = drafts[i] is CommentDraft { Key: { } key } comment ? key.ToStored(id, comment.Author.Id) : null;
        var creates = drafts.Any(draft => draft is StatusDraft);
        for (var head = known; ; head = null)
        {
            var isFresh = head is null;
            head ??= await store.LoadSettledAsync(id, known, creates, ct);
            if (head is null)
                return ([.. drafts.Select(_ => new AppendResult.Refused(Error.EventNotFound))], null);
            var facts = await LogFacts.ReadAsync(store, head, drafts, keys, now, ct);
            var placement = new LogPlacement(head, facts, drafts, keys, now);
            if (placement.Entries.Count == 0)
            {
                // Nothing is written, so nothing has shown that the head is still the same.
                if (isFresh || await store.LoadAsync(id, head, creates: false, ct) is { } current && current.Head == head.Head && current.Erasures == head.Erasures)
                    return (placement.Results, head);
            }
            else if (await WriteAsync(head, placement, ct))
            {
                await store.SettleAsync(head, placement.Entries, ct);
                var bucket = store.NextBucket(head);
                var end = placement.Head with { Bucket = bucket, Settled = placement.Head.Seq, IsBegun = true };
                await NameAsync(placement, end, ct);
                return (placement.Results, end);
            }
        }
    }

    /// <summary>
    /// Whether the entries were written. After an unknown outcome the same write is asked for again: where the first has happened, or happens later, it is refused, and the entry that stands in
    /// its place says whose it is; where this one comes first, the first is refused whenever it is done.
    /// </summary>
    private async Task<bool> WriteAsync(LogHeadRow head, LogPlacement placement, CancellationToken ct)
    {
        var writer = Guid.NewGuid();
        while (true)
            try
            {
                var wrote = await store.AppendAsync(head, placement.Head, placement.Entries, writer, ct);
                MayHaveWritten = wrote;
                return wrote;
            }
            catch (OperationCanceledException)
            {
                MayHaveWritten = true;
                throw;
            }
            catch (CqlException e) when (e.MayHaveHappened || (MayHaveWritten && e.Failure == CqlFailure.NotSent))
            {
                MayHaveWritten = true;
                await Task.Delay(Pause, TimeProvider.System, ct);
            }
    }

    /// <summary>The entry of a pin, a restoration or a comment on stage carries the comment as it is stored.</summary>
    private async Task NameAsync(LogPlacement placement, LogHeadRow end, CancellationToken ct)
    {
        for (var i = 0; i < placement.Results.Length; i++)
            if (placement.Results[i] is AppendResult.Appended { Entry: var entry })
                placement.Results[i] = (drafts[i], entry) switch
                {
                    (PinDraft { CommentId: { } comment }, PinnedEntry pin) => new AppendResult.Appended(pin with { Comment = await NamedAsync(end, comment, ct) }, end.Epoch),
                    (StageDraft { CommentId: { } comment }, CardEntry card) => new AppendResult.Appended(card with { Comment = await NamedAsync(end, comment, ct) }, end.Epoch),
                    (RestoreDraft restore, RestoredEntry restored) => new AppendResult.Appended(restored with { Comment = await NamedAsync(end, restore.CommentId, ct) }, end.Epoch),
                    _ => placement.Results[i],
                };
    }

    private async Task<Comment> NamedAsync(LogHeadRow end, CommentId comment, CancellationToken ct) =>
        await store.FindCommentAsync(end, comment, ct) is { } found && await store.ReadCommentAsync(end, found.Position.Seq, ct) is { Comment: var read }
            ? read : throw new CqlException(CqlFailure.ReadFailure, $"The comment {comment} was just found and cannot be read.");
}
