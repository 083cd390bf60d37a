using LiveComments.Comments;
using LiveComments.Log;
using LiveComments.Replay;

namespace LiveComments.Tests.Conformance;

internal sealed class LosesWhatStandsOnABoundary(StoreUnderTest store) : BrokenStore(store)
{
    public override ValueTask<ReplayPage> PageAsync(EventId id, DateTimeOffset from, DateTimeOffset to, ReplayCursor after, int limit, CancellationToken ct) =>
        base.PageAsync(id, from.AddMilliseconds(1), to, after, limit, ct);
}

internal sealed class EndsAfterOnePage(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<ReplayPage> PageAsync(EventId id, DateTimeOffset from, DateTimeOffset to, ReplayCursor after, int limit, CancellationToken ct) =>
        await base.PageAsync(id, from, to, after, limit, ct) with { Next = null };
}

internal sealed class ShowsTodaysCounts(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<ReplayPage> PageAsync(EventId id, DateTimeOffset from, DateTimeOffset to, ReplayCursor after, int limit, CancellationToken ct)
    {
        var page = await base.PageAsync(id, from, to, after, limit, ct);
        var today = new List<PastCounts>();
        foreach (var counts in page.Reactions)
            today.Add(counts with { Counts = (await Sound.Comments.FindAsync(id, counts.CommentId, ct))!.Reactions.Counts });
        return page with { Reactions = today };
    }
}

internal sealed class CountsBeforeTheComment(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<ReplayPage> PageAsync(EventId id, DateTimeOffset from, DateTimeOffset to, ReplayCursor after, int limit, CancellationToken ct) =>
        await base.PageAsync(id, from, to, after, limit, ct) with { Reactions = (await base.PageAsync(id, from.AddSeconds(1), to.AddSeconds(1), after, limit, ct)).Reactions };
}

internal sealed class KeepsCountsOfRemovedComments(StoreUnderTest store) : BrokenStore(store)
{
    private readonly List<PastCounts> _kept = [];

    public override async ValueTask<ReplayPage> PageAsync(EventId id, DateTimeOffset from, DateTimeOffset to, ReplayCursor after, int limit, CancellationToken ct)
    {
        var page = await base.PageAsync(id, from, to, after, limit, ct);
        _kept.AddRange(page.Reactions.Except(_kept));
        return page with { Reactions = [.. _kept] };
    }
}

internal sealed class CountsEveryIntervalOneLate(StoreUnderTest store) : BrokenStore(store)
{
    public override ValueTask<IReadOnlyList<ReplayActivity>> ActivityAsync(EventId id, DateTimeOffset from, TimeSpan interval, int count, CancellationToken ct) =>
        base.ActivityAsync(id, from - interval, interval, count, ct);
}

internal sealed class CountsWhatIsNoComment(StoreUnderTest store) : BrokenStore(store)
{
    public override async ValueTask<IReadOnlyList<ReplayActivity>> ActivityAsync(EventId id, DateTimeOffset from, TimeSpan interval, int count, CancellationToken ct)
    {
        var others = ((await Sound.Log.ReadAsync(id, 0, 1_000, ct))?.Entries ?? []).Where(entry => entry is not CommentEntry).ToList();
        return [.. (await base.ActivityAsync(id, from, interval, count, ct)).Select((one, i) =>
            one with { Comments = one.Comments + others.Count(entry => entry.Time >= from + i * interval && entry.Time < from + (i + 1) * interval) })];
    }
}

internal sealed class RemembersDeletedEvents(StoreUnderTest store) : BrokenStore(store)
{
    private readonly Dictionary<EventId, Comment> _last = [];

    public override async ValueTask<ReplayPage> PageAsync(EventId id, DateTimeOffset from, DateTimeOffset to, ReplayCursor after, int limit, CancellationToken ct)
    {
        var page = await base.PageAsync(id, from, to, after, limit, ct);
        return page.Comments.Count == 0 && _last.TryGetValue(id, out var last) ? page with { Comments = [last] } : page;
    }

    protected override async ValueTask<AppendResult> AppendAsync(EventId id, EntryDraft draft)
    {
        var result = await base.AppendAsync(id, draft);
        if (result is AppendResult.Appended { Entry: CommentEntry { Comment: var comment } })
            _last[id] = comment;
        return result;
    }
}
