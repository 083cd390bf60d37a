using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Feeds;

/// <summary>
/// Reads from memory that nodes share what a feed would otherwise read from the store. The store is only asked where the log ends and which counts have changed since, two small questions; its answer decides whether what is in memory
/// counts, so nothing here depends on who wrote it or on what was lost.
/// </summary>
internal sealed class HotReads(IHotEntries hot, IReactionStore reactions, FeedMetrics metrics)
{
    /// <summary>Counts that may have changed since they were kept. They are kept within milliseconds: where there are more, writes were lost, and the store's page has them all.</summary>
    private const int MaxChanged = 256;

    /// <summary>The newest entries up to the end of the log, and counts that have changed since they were kept; null when the store must be asked.</summary>
    /// <param name="head">Where the log ends, as the store has just said.</param>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<(IReadOnlyList<Entry> Entries, IReadOnlyList<CommentTally> Changed)?> TailAsync(EventId id, Position head, int limit, CancellationToken ct)
    {
        if (head.Seq == 0 || await hot.ReadAsync(id, head, Math.Max(0, head.Seq - limit), limit, ct) is not { } page)
            return null;
        metrics.Read(FeedMetrics.Open);
        var changed = await reactions.ChangedAsync(id, page.Version, MaxChanged, ct);
        return changed.Count < MaxChanged ? (page.Entries, changed) : null;
    }

    /// <summary>A whole page of entries after a seq; null when the store must be asked. What changed in their counts since the feed opened, the feed knows.</summary>
    /// <param name="reaches">How far the feed reaches.</param>
    public async ValueTask<LogPage?> PageAsync(EventId id, Position reaches, long after, int size, CancellationToken ct) =>
        reaches.Seq >= after + size && await hot.ReadAsync(id, reaches, after, size, ct) is { } page ? new LogPage(page.Entries, reaches) : null;
}
