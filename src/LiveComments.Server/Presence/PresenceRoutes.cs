using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Presence;

/// <summary>The calls that say who is here.</summary>
internal static class PresenceRoutes
{
    public static void MapPresence(this IEndpointRouteBuilder app)
    {
        var presence = ActivatorUtilities.CreateInstance<PresenceEndpoints>(app.ServiceProvider);
        app.MapGet("/live/{videoID}/presence", (Delegate)presence.OfEventAsync)
            .Documented(new("getPresence", "Say how many watch an event now, and who")
            {
                Description = "Streams that have it in sight (`online`) and streams whose page is hidden (`away`), a second old at most. `people` are some of those who are logged in: for moderators, and for "
                    + "everybody who is logged in where at most 50 streams are open. With Redis the answer is about all nodes and has `uniquePeople`, how many logged-in people have watched lately, within 1 %; "
                    + "without it each node answers for itself.",
                Answers = [new(200, "Presence")],
                Errors = [Error.EventNotFound],
            });
        app.MapGet("/users/{userID}/presence", presence.OfPersonAsync).RequireCaller()
            .Documented(new("getUserPresence", "Say whether somebody is here")
            {
                Description = "`online` with an event in sight, in whatever tab and on whatever node; `away` with hidden tabs alone, or for five minutes after the last was closed; else `offline`, also where nobody has this id. "
                    + "It does not say what they watch.",
                Answers = [new(200, "UserPresence")],
                Errors = [Error.Unauthenticated, Error.UserNotFound],
            });
    }
}
