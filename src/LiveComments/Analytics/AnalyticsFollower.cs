using System.Globalization;
using LiveComments.Events;
using LiveComments.Followers;
using LiveComments.Log;
using Microsoft.Extensions.Logging;

namespace LiveComments.Analytics;

/// <summary>Counts what stands in the logs. Its totals are right whatever fails, because each entry counts once in the store, however often it is read.</summary>
internal sealed class AnalyticsFollower(
    IAnalyticsStore analytics, IFollowerStore followers, IEntryOutlines log, IReactionStore reactions, EventDirectory events, IDuty duty, AnalyticsMetrics metrics, TimeProvider time, ILogger<AnalyticsFollower> logger)
    : Follower(analytics.Follower, "Counting what is in the logs", Every, followers, duty, time, logger), IExternalHealth
{
    /// <summary>How often it looks. Each round costs the same for each event in which somebody writes, however much, so half as many rounds are half the cost of many quiet events.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>Entries that are read at once: 44 KB. From 85 KB on, arrays are collected only with everything else.</summary>
    private const int ReadAtOnce = 500;

    /// <summary>Rows of one batch, about: a transaction of some milliseconds.</summary>
    private const int RowsAtOnce = 10_000;

    /// <summary>How late it may be before somebody is told; the alert StatisticsLate says the same.</summary>
    private const double LateAfter = 60;

    public string? Fault => Delay is var delay and > LateAfter ? string.Create(CultureInfo.InvariantCulture, $"Statistics are {delay / 60:F0} min late: the log says what counting waits for.") : null;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.ObserveFollower(() => Delay);
        return base.StartAsync(cancellationToken);
    }

    public override async Task FollowAsync(CancellationToken ct)
    {
        List<AnalyticsRow> rows = [];
        List<FollowedSpan> spans = [];
        await foreach (var page in BehindAsync(ct))
            foreach (var (id, known, head) in page)
            {
                if (head is null)
                    await DeleteAsync(id, ct);
                var reached = known;
                while (head is { } end && await ReadAsync(id, reached, end, rows, ct) is { } to && to != reached)
                {
                    spans.Add(new FollowedSpan(id, reached, to));
                    reached = to;
                    if (rows.Count < RowsAtOnce)
                        break;
                    if (!await AddAsync(rows, spans, ct))
                        return;
                }
            }
        await AddAsync(rows, spans, ct);
    }

    private async Task DeleteAsync(EventId id, CancellationToken ct)
    {
        while (!await analytics.DeleteAsync(id, ct))
        {
        }
        await Store.ForgetAsync(Name, id, ct);
    }

    /// <summary>False when another node counts too; the next round begins from what it has kept.</summary>
    private async Task<bool> AddAsync(List<AnalyticsRow> rows, List<FollowedSpan> spans, CancellationToken ct)
    {
        if (spans.Count == 0)
            return true;
        var isAdded = await analytics.AddAsync(new AnalyticsBatch(Guid.NewGuid(), rows, spans), ct);
        if (isAdded)
            metrics.Rows(AnalyticsMetrics.Added, rows.Count);
        rows.Clear();
        spans.Clear();
        return isAdded;
    }

    /// <summary>Reads on in an event's log until its end, or until there is enough for a batch, and then the total of its reactions.</summary>
    /// <returns>How far it came; null when the log has become another one meanwhile, which the next round sees.</returns>
    private async Task<FollowerPosition?> ReadAsync(EventId id, FollowerPosition? reached, Position head, List<AnalyticsRow> rows, CancellationToken ct)
    {
        var position = Begin(reached, head);
        var kept = await events.FindAsync(id, ct) is { } liveEvent ? KeptSetting.Of(liveEvent) : Kept.All;
        var keeps = kept.HasFlag(Kept.Comments);
        var before = rows.Count;
        OutlinePage? page;
        do
        {
            page = await log.ReadAsync(id, position.Log.Seq, ReadAtOnce, ct);
            if (page is null || page.Head.Epoch != position.Log.Epoch)
            {
                rows.RemoveRange(before, rows.Count - before);
                return null;
            }
            if (keeps)
                foreach (var entry in page.Entries)
                    if (Row(id, entry, kept.HasFlag(Kept.Platforms)) is { } row)
                        rows.Add(row with { Entry = new Position(page.Head.Epoch, entry.Seq) });
            if (page.Entries.Count > 0)
                position = position with { Log = position.Log with { Seq = page.Entries[^1].Seq } };
        }
        while (page.Entries.Count == ReadAtOnce && rows.Count < RowsAtOnce);
        if (page.Entries.Count == ReadAtOnce)
            return position;
        var total = await reactions.TotalAsync(id, ct);
        if (total.Version <= position.ReactionVersion)
            return position;
        // Of reactions only the total is known, and not what changed: the difference to what was counted puts it right, also when the last difference was lost.
        var counted = (await analytics.TotalsAsync([id], ct)).GetValueOrDefault(id, EventTotals.None)[Measures.Reactions];
        if (keeps && total.Count != counted)
            rows.Add(new AnalyticsRow(id, Time.GetUtcNow(), AnalyticsAction.Reactions) { Count = total.Count - counted });
        return position with { ReactionVersion = total.Version };
    }

    /// <summary>
    /// Where to go on. A log with another epoch was restored from a backup together with this position, and goes on at the same place; or it was emptied by retention and is shorter.
    /// </summary>
    private static FollowerPosition Begin(FollowerPosition? reached, Position head) =>
        reached is not { } known ? new FollowerPosition(new Position(head.Epoch, 0), 0)
        : known.Log.Epoch == head.Epoch ? known
        : head.Seq >= known.Log.Seq && head.Seq > 0 ? known with { Log = known.Log with { Epoch = head.Epoch } }
        : new FollowerPosition(new Position(head.Epoch, 0), 0);

    private static AnalyticsRow? Row(EventId id, in EntryOutline entry, bool withPlatform) => entry.Kind switch
    {
        EntryKind.Comment => new AnalyticsRow(id, entry.Time, entry.IsReply ? AnalyticsAction.Reply : AnalyticsAction.Comment)
        {
            Comment = entry.Comment,
            Author = AuthorHash.Of(id, entry.Author),
            Length = entry.Length,
            Platform = withPlatform ? Platforms.Of(entry.Platform) : null,
        },
        EntryKind.Removal => new AnalyticsRow(id, entry.Time, AnalyticsAction.Removed) { Comment = entry.Comment },
        EntryKind.Restoration => new AnalyticsRow(id, entry.Time, AnalyticsAction.Restored) { Comment = entry.Comment },
        _ => null,
    };
}
