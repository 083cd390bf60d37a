using LiveComments.Log;

namespace LiveComments.Cassandra;

/// <summary>Deletes logs: at once for everybody, and their rows in steps so short that live traffic does not notice.</summary>
internal static class LogSweep
{
    /// <summary>Comments of one step.</summary>
    private const int Rows = 500;

    /// <summary>Nothing finds the log any more, and nothing can be placed in it. It is remembered before, so that its rows are deleted whatever happens.</summary>
    public static async Task CloseAsync(ReactionRows rows, EventId id, CancellationToken ct)
    {
        var store = rows.Logs;
        while (await store.ExecuteAsync(store.Tables.FindLogSerially, ct, id.Value) is { Count: > 0 } found)
        {
            var epoch = found[0].GetLong(0);
            await store.NoteAsync(id, ct);
            await store.ExecuteAsync(store.Tables.PutDeleted, ct, id.Value, epoch);
            await CloseAsync(rows, id, epoch, ct);
            await store.ExecuteAsync(store.Tables.RemoveLog, ct, id.Value, epoch);
        }
    }

    /// <summary>
    /// One step; true when no deleted log has rows left. The heads of its buckets stay: a node that still knows the end that one of them had would otherwise find none there and begin the bucket again.
    /// </summary>
    public static async Task<bool> StepAsync(ReactionRows rows, CancellationToken ct)
    {
        var store = rows.Logs;
        var next = await store.ExecuteAsync(store.Tables.NextDeleted, ct);
        if (next.Count == 0)
            return true;
        var (id, epoch) = (new EventId(next[0].GetGuid(0)), next[0].GetLong(1));
        // Whoever remembered it may have stopped before it was closed.
        var reactions = await CloseAsync(rows, id, epoch, ct);
        var last = (await store.FindHeadAsync(id, epoch, null, store.Tables.ReadHeadSerially, ct)).Bucket;
        for (var bucket = 0; bucket <= last; bucket++)
            if (await store.FirstEntriesAsync(id, epoch, bucket, Rows, ct) is { Count: > 0 } entries)
            {
                await ForgetAsync(rows, id, epoch, entries, ct);
                await store.ExecuteAsync(store.Tables.ForgetEntries, ct, id.Value, epoch, bucket, entries[^1].Seq);
                return false;
            }
        await rows.ForgetAsync(reactions, ct);
        // The last write of a bucket may pass its end; what changes of its comments stands where they are by number.
        for (var bucket = 0; bucket <= last + 1; bucket++)
        {
            await store.ExecuteAsync(store.Tables.ForgetStates, ct, id.Value, epoch, bucket);
            await store.ExecuteAsync(store.Tables.ForgetOthers, ct, id.Value, epoch, bucket);
        }
        await store.ExecuteAsync(store.Tables.ForgetQuestions, ct, id.Value, epoch);
        await store.ExecuteAsync(store.Tables.ForgetStages, ct, id.Value, epoch);
        // An event that has this log still is one whose expiry was begun: it is found by this row when it is to be finished.
        if (await store.FindEpochAsync(id, ct) != epoch)
            await store.ExecuteAsync(store.Tables.ForgetEnded, ct, id.Value, epoch);
        await store.ExecuteAsync(store.Tables.ForgetDeleted, ct, id.Value, epoch);
        return (await store.ExecuteAsync(store.Tables.NextDeleted, ct)).Count == 0;
    }

    /// <summary>Nothing is placed in the log any more, and nobody reacts to its comments.</summary>
    private static async Task<ReactionHead> CloseAsync(ReactionRows rows, EventId id, long epoch, CancellationToken ct)
    {
        while (!await rows.Logs.TryCloseAsync(id, epoch, ct))
            ct.ThrowIfCancellationRequested();
        return await rows.CloseAsync(id, epoch, ct);
    }

    /// <summary>Deletes what the other tables have of entries.</summary>
    private static async Task ForgetAsync(ReactionRows rows, EventId id, long epoch, IReadOnlyList<LogEntry> entries, CancellationToken ct)
    {
        var store = rows.Logs;
        await LogStore.EachAsync(entries, entry => ForgetAsync(store, id, epoch, entry, ct), ct);
        await LogStore.EachAsync(entries.Select(entry => entry.Thread).OfType<CommentId>().Distinct(), thread => store.ExecuteAsync(store.Tables.ForgetReplies, ct, id.Value, epoch, thread.Value), ct);
        var comments = entries.Where(entry => entry.Kind == EntryKind.Comment).ToList();
        await LogStore.EachAsync(comments.Select(entry => entry.By).OfType<UserId>().Distinct(), author => store.ExecuteAsync(store.Tables.ForgetFirst, ct, id.Value, epoch, author.Value), ct);
        var states = await store.ReadStatesAsync(id, epoch, comments.Select(entry => entry.Seq), ct);
        foreach (var comment in comments)
            if (states.GetValueOrDefault(comment.Seq).Tally.Version > 0)
                await rows.ForgetGivenAsync(id, epoch, comment.Seq, comment.Comment!.Value, ct);
    }

    private static async Task ForgetAsync(LogStore store, EventId id, long epoch, LogEntry entry, CancellationToken ct)
    {
        if (entry is { Kind: EntryKind.Comment, Comment: { } comment, By: { } author })
        {
            await store.ExecuteAsync(store.Tables.ForgetComment, ct, id.Value, epoch, comment.Value);
            await store.ExecuteAsync(store.Tables.ForgetByAuthor, ct, author.Value, comment.Value);
            foreach (var mention in entry.Mentions)
                await store.ExecuteAsync(store.Tables.ForgetMention, ct, mention.UserId.Value, comment.Value);
        }
        else if (entry.Comment is { } about)
            await store.ExecuteAsync(store.Tables.ForgetAbout, ct, id.Value, epoch, about.Value);
        if (entry.Key is not null)
            await store.ExecuteAsync(store.Tables.ForgetKey, ct, entry.Key, epoch);
    }
}
