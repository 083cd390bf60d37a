using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;
using LiveComments.Server.Pages;

namespace LiveComments.Server.Statistics;

/// <summary>The calls of those who want to know how their events went.</summary>
internal static class StatisticsRoutes
{
    public static void MapStatistics(this IEndpointRouteBuilder app)
    {
        var statistics = ActivatorUtilities.CreateInstance<StatisticsEndpoints>(app.ServiceProvider);
        app.MapGet("/live/{videoID}/stats", statistics.EventAsync).Documented(new Documentation("getEventStatistics", "See how an event goes or went, in numbers")
        {
            Description = "For moderators of the event and whoever made it. Totals of comments, removals and reactions are those of the event's log, two or three seconds late; what was refused and held, times, viewers and "
                + "deliveries are what the nodes saw. `activity` has one number for each interval; without `from`, `to` and `step` it is about the whole event in the shortest steps that give at most 1,500 "
                + "intervals. Seconds are known for a week. `topWords` and `topEmoji` are found in a sample of the comments that stand now. `format=csv` gives the activity as a table. Of an ended event that is shared, everybody who may read it gets a "
                + "summary, if they ask without a query: refused and held comments, programs, countries and answer times are left out.",
            Parameters = ["statisticsFrom", "statisticsTo", "statisticsStep", "statisticsFormat"],
            Answers = [new(200, "EventStatistics")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidParameter, Error.EventNotFound],
        });
        app.MapPut("/live/{videoID}/stats/share", (string videoID, HttpContext context) => statistics.ShareAsync(videoID, context, shared: true)).RequireCaller().Documented(new("shareStatistics", "Show everybody a summary of an event")
        {
            Description = "For those who see its statistics. From its end on, whoever may read the event may read its summary, at `/stats/{videoID}` and by `GET /live/{videoID}/stats`.",
            Answers = [new(204)],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound],
        });
        app.MapDelete("/live/{videoID}/stats/share", (string videoID, HttpContext context) => statistics.ShareAsync(videoID, context, shared: false)).RequireCaller().Documented(new("unshareStatistics", "Show the summary of an event no longer")
        {
            Answers = [new(204)],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound],
        });
        var pages = ActivatorUtilities.CreateInstance<PageEndpoints>(app.ServiceProvider);
        app.MapGet("/stats", (HttpContext context, CancellationToken ct) => ListAsync(statistics, pages, context, ct)).Documented(new Documentation("listStatistics", "Compare the events that one moderates or made")
        {
            Description = "In the order of `GET /events`: the latest start first. Administrators see all events. A page may have fewer than `limit`, even none, and still a `Link: rel=\"next\"`. `format=csv` gives a table. "
                + "Browsers, which `Accept` `text/html`, get the page that shows it.",
            Parameters = ["statisticsStatus", "afterStatistics", "limit", "statisticsFormat"],
            Answers = [new(200, "Statistics")],
            Errors = [Error.Unauthenticated, Error.InvalidParameter],
        });
    }

    private static async Task<IResult> ListAsync(StatisticsEndpoints statistics, PageEndpoints pages, HttpContext context, CancellationToken ct)
    {
        if (context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase)))
            return pages.Statistics(context);
        context.Response.Headers.Vary = "Accept";
        return context.Caller() is null ? Problem.Of(Error.Unauthenticated) : await statistics.ListAsync(context, ct);
    }
}
