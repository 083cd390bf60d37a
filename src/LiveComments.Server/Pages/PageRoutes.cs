using LiveComments.Configuration;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Pages;

/// <summary>The pages and their files.</summary>
internal static class PageRoutes
{
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddSection<PageOptions>("LiveComments:Pages").ValidateForm(options => options.Fault());
        return services;
    }

    public static void MapPages(this WebApplication app)
    {
        var pages = ActivatorUtilities.CreateInstance<PageEndpoints>(app.Services);
        // No route of its own: one that takes every address would answer 404 for a wrong method.
        app.Use(next => async context =>
        {
            await next(context);
            if (IsNowhere(context))
                await pages.Nowhere(context).ExecuteAsync(context);
        });
        app.MapGet("/", pages.Events).Documented(new("getEventsPage", "Show the list of events to people") { Answers = [new(200, null, "text/html")] });
        app.MapGet("/admin", pages.Admin).Documented(new("getAdminPage", "Show the administrators' page: events and who takes part in them") { Answers = [new(200, null, "text/html")] });
        app.MapGet("/moderation/{videoID}", pages.Moderation).Documented(new("getModerationPage", "Show the moderators' page of an event: what waits, the chat, people, modes and rules")
        {
            Description = "The page asks for a log-in and shows nothing of the event to anybody who does not moderate it. `videoID` may also be the event's UUID.",
            Answers = [new(200, null, "text/html")],
        });
        app.MapGet("/stats/{videoID}", pages.Statistics).Documented(new("getStatisticsPage", "Show an event in numbers to people")
        {
            Description = "The page asks for a log-in and shows nothing of the event to anybody who neither moderates it nor made it. `GET /stats` gives browsers the page of all events. `videoID` may also be the event's UUID.",
            Answers = [new(200, null, "text/html")],
        });
        app.MapGet("/password", pages.Password).Documented(new("getPasswordPage", "Let people who have forgotten their password choose another")
        {
            Description = "It asks for a link, and is what the link leads to: with `#token=` it asks for the new password.",
            Answers = [new(200, null, "text/html")],
        });
        app.MapGet("/live/{videoID}", pages.EventAsync).Documented(new("getEventPage", "Show an event to people")
        {
            Description = "`?embed=chat` is the chat alone on a transparent ground, for a frame of an origin in `LiveComments:Pages:EmbedOrigins` or in the event's setting `embedOrigins`; "
                + "`?embed=overlay` shows comments only, for a browser source of a broadcasting program; `size` (12 to 72 pixels), `colour` (six hexadecimal digits) and `fade` (1 to 600 seconds) say how they look. `lang` says in which language any page speaks, such as `de`.",
            Answers = [new(200, null, "text/html"), new(404, null, "text/html")],
        });
        app.MapGet("/docs", pages.Reference).Documented(new("getReferencePage", "Show the calls of this server to people") { Answers = [new(200, null, "text/html")] });
        app.MapGet("/docs/scalar.js", PageEndpoints.ReferenceScript).Documented(new("getReferenceScript", "Get the script of the page of calls") { Answers = [new(200, null, "text/javascript"), new(304)] });
        app.MapGet("/manifest.webmanifest", pages.Manifest).Documented(new("getManifest", "Say how browsers install the pages as an application") { Answers = [new(200, null, "application/manifest+json"), new(304)] });
        app.MapGet("/favicon.ico", pages.Icon).Documented(new("getFavicon", "Get the icon") { Answers = [new(200, null, "image/x-icon"), new(304)] });
        app.MapGet("/robots.txt", pages.Robots).Documented(new("getRobots", "Say what search engines leave out") { Answers = [new(200, null, "text/plain"), new(304)] });
        app.MapGet("/assets/{version}/{**file}", PageEndpoints.Asset).Documented(new("getAsset", "Get a file of the pages, or of the client module")
        {
            Description = "`/assets/latest/js/livecomments.js` is the client module; under a version the files never change.",
            Answers = [new(200, null, "text/javascript"), new(304)],
            Errors = [Error.NotFound],
        });
    }

    /// <summary>Whether a browser asks for a page at an address that has nothing.</summary>
    private static bool IsNowhere(HttpContext context) =>
        context.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound } && context.GetEndpoint() is null
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
}
