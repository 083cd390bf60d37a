using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Analytics;
using LiveComments.Caching;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Server.Events;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Statistics;

/// <summary>What was counted in events, for those who moderate them, made them, or administer the server.</summary>
internal sealed class StatisticsEndpoints(EventDirectory directory, EventControl control, IEventCatalog catalog, IAnalyticsStore analytics, ICommentQueries comments, TopWords words, EventFeeds feeds, TimeProvider time)
{
    /// <summary>Comments, words and emoji that are shown.</summary>
    private const int TopComments = 10, TopOthers = 30;

    /// <summary>Summaries that are remembered, for the many who read a shared one at once.</summary>
    private const int Remembered = 256;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>How long a summary is remembered: no longer than a removed text may be seen.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly BoundedCache<EventId, (EventStatistics Summary, long At)> _summaries = new(Remembered);

    public async Task<IResult> EventAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var liveEvent = await directory.FindAsync(videoID, ct);
        if (liveEvent is null || await directory.RoleAsync(liveEvent, context.Caller(), ct) is not { } role)
            return Problem.Of(Error.EventNotFound);
        var isSummary = !MaySee(liveEvent, role, context.Caller());
        if (isSummary && !(liveEvent.Status == EventStatus.Ended && KeptSetting.IsShared(liveEvent)))
            return NotShown(context);
        var now = time.GetUtcNow();
        if (!StatisticsQuery.TryRead(context.Request, liveEvent, now, out var query, out var error))
            return error!;
        if (isSummary && (query.IsCsv || context.Request.QueryString.HasValue))
            return NotShown(context);
        if (isSummary && _summaries.TryGet(liveEvent.Id, out var known) && time.GetElapsedTime(known.At) < Fresh)
            return new JsonAnswer(json => StatisticsJson.Write(json, known.Summary));
        var (at, stamp) = (time.GetTimestamp(), _summaries.Stamp);
        var activity = StatisticsInterval.All(query, await analytics.SeriesAsync(liveEvent.Id, query.Step, query.From, query.To, ct));
        if (query.IsCsv)
            return Csv(liveEvent, activity);
        var totals = (await analytics.TotalsAsync([liveEvent.Id], ct)).GetValueOrDefault(liveEvent.Id, EventTotals.None);
        var lastMinute = (await analytics.SeriesAsync(liveEvent.Id, AnalyticsStep.Second, now - Minute, now, ct)).GroupBy(value => value.Measure).ToDictionary(one => one.Key, one => one.Sum(value => value.Value));
        var found = KeptSetting.Of(liveEvent).HasFlag(Kept.Words) ? await words.FindAsync(liveEvent.Id, TopOthers, ct) : FoundWords.None;
        var top = (await comments.PopularAsync(liveEvent.Id, TopComments, ct)).Where(comment => comment.Reactions.Counts.Total > 0).ToList();
        var statistics = new EventStatistics(liveEvent, query, isSummary, now, feeds.Viewers(liveEvent.Id), totals, lastMinute, activity, Moments(query, activity), top, found);
        if (isSummary)
            _summaries.Set(liveEvent.Id, (statistics, at), stamp);
        return new JsonAnswer(json => StatisticsJson.Write(json, statistics));
    }

    /// <summary>Shows a summary of an event, once it has ended, to whoever may read the event, or shows it to them no longer.</summary>
    public async Task<IResult> ShareAsync(string videoID, HttpContext context, bool shared)
    {
        var liveEvent = await directory.FindAsync(videoID, context.RequestAborted);
        if (liveEvent is null || await directory.RoleAsync(liveEvent, context.Caller(), context.RequestAborted) is not { } role)
            return Problem.Of(Error.EventNotFound);
        if (!MaySee(liveEvent, role, context.Caller()))
            return NotShown(context);
        var outcome = await control.ChangeAsync(liveEvent.Id, was => Share(was, shared), context.RequestAborted);
        return outcome.Error is { } fault ? Problem.Of(fault, outcome.Detail) : Results.NoContent();
    }

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        var request = context.Request;
        if (!request.TryLimit(out var limit, out var error) || !request.TrySingle("after", out var after, out error) || !StatisticsQuery.TryFormat(request, out var isCsv, out error)
            || !request.TrySingle("status", out var status, out error))
            return error!;
        var wanted = EventStatus.Scheduled;
        if (status is not null && !EventJson.TryParse(status, out wanted))
            return QueryParameters.Fault("status", "is scheduled, live or ended");
        EventId? last = null;
        if (after is not null)
        {
            if (!EventId.TryParse(after, out var id))
                return QueryParameters.Fault("after", "is what the Link to the next page says");
            last = id;
        }
        var caller = context.Caller()!;
        var events = await catalog.ListAsync(new EventListing(status is null ? null : wanted, null, last, caller is { Role: > Role.Viewer, ModeratorOf: null }, caller.UserId, limit + 1), ct);
        if (events.Count > limit)
            context.AddPageLink("next", "after", events[limit - 1].Id.ToString(), "status", "limit", "format");
        var seen = new List<LiveEvent>();
        foreach (var liveEvent in events.Take(limit))
            if (await directory.RoleAsync(liveEvent, caller, ct) is { } role && MaySee(liveEvent, role, caller))
                seen.Add(liveEvent);
        var totals = await analytics.TotalsAsync([.. seen.Select(liveEvent => liveEvent.Id)], ct);
        EventTotals Of(LiveEvent liveEvent) => totals.GetValueOrDefault(liveEvent.Id, EventTotals.None);
        return isCsv ? Csv(seen, Of) : new JsonAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var liveEvent in seen)
                StatisticsJson.Write(json, liveEvent, feeds.Viewers(liveEvent.Id), Of(liveEvent));
            json.WriteEndArray();
        });
    }

    private static EventOutcome Share(LiveEvent was, bool shared)
    {
        using var patch = JsonDocument.Parse(shared ? $$"""{"{{KeptSetting.SharedMember}}":true}""" : $$"""{"{{KeptSetting.SharedMember}}":null}""");
        var config = was.AnalyticsConfig;
        return AnalyticsConfigPatch.Apply(patch.RootElement, ref config) is { } wrong ? EventOutcome.Refused(Error.InvalidEvent, wrong) : was with { AnalyticsConfig = config };
    }

    private static bool MaySee(LiveEvent liveEvent, Role role, Caller? caller) => caller is not null && (role >= Role.Moderator || liveEvent.CreatedBy == caller.UserId);

    private static IResult NotShown(HttpContext context) =>
        context.Caller() is null ? Problem.Of(Error.Unauthenticated) : Problem.Of(Error.Forbidden, "Only those who moderate an event or made it see its statistics.");

    /// <summary>Found in steps of ten seconds, or of what was asked for where that is longer: in single seconds everything is a moment.</summary>
    private static IReadOnlyList<Moment> Moments(in StatisticsQuery query, IReadOnlyList<StatisticsInterval> activity)
    {
        var together = query.Step == AnalyticsStep.Second ? 10 : 1;
        return Analytics.Moments.Find([.. activity.Chunk(together).Select(some => some.Sum(interval => interval.Placed))], query.From, together * query.Length);
    }

    private static CsvAnswer Csv(LiveEvent liveEvent, IReadOnlyList<StatisticsInterval> activity) => new(
        $"statistics-{liveEvent.VideoId ?? liveEvent.Id.ToString()}",
        ["from", "comments", "replies", "reactions", "removed", "restored", "refused", "held", "viewers", "deliveries"],
        activity.Select(interval => (IReadOnlyList<object?>)[interval.At, interval.Placed, interval[Measures.Replies], interval[Measures.Reactions], interval[Measures.Removed], interval[Measures.Restored],
            interval[Measures.Refused], interval[Measures.Held], interval[Measures.Viewers], interval[Measures.Deliveries]]));

    private static CsvAnswer Csv(IReadOnlyList<LiveEvent> events, Func<LiveEvent, EventTotals> of) => new(
        "statistics",
        ["eventID", "videoID", "title", "status", "startedAt", "endedAt", "comments", "replies", "uniqueCommenters", "reactions", "removed", "refused", "held", "peakViewers", "deliveries"],
        events.Select(liveEvent =>
        {
            var totals = of(liveEvent);
            return (IReadOnlyList<object?>)[liveEvent.Id.ToString(), liveEvent.VideoId, liveEvent.Title, liveEvent.Status.Name(), liveEvent.StartedAt, liveEvent.EndedAt, totals.Placed, totals[Measures.Replies],
                totals.UniqueAuthors, totals[Measures.Reactions], totals.Removed, totals[Measures.Refused], totals[Measures.Held], totals[Measures.Viewers], totals[Measures.Deliveries]];
        }));
}
