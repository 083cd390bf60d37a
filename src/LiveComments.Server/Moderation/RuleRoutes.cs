using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Moderation;

/// <summary>The calls for rules about texts.</summary>
internal static class RuleRoutes
{
    public static void MapRules(this IEndpointRouteBuilder app)
    {
        var rules = ActivatorUtilities.CreateInstance<RuleEndpoints>(app.ServiceProvider);
        app.MapGet("/live/{videoID}/moderation/rules", rules.GetAsync).RequireCaller().Documented(new Documentation("getRules", "Read the rules of an event")
        {
            Description = "By a moderator. An empty object when it has none.",
            Answers = [new(200, "Rules")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound],
        });
        app.MapPut("/live/{videoID}/moderation/rules", rules.PutAsync).RequireCaller().Documented(new Documentation("putRules", "Replace the rules of an event")
        {
            Description = "By a moderator. They hold for comments of viewers beside the event's moderation level and the rules of all events; the strictest counts. Another node follows within about a second.",
            Body = "Rules",
            Answers = [new(200, "Rules")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.InvalidRules],
        });
        app.MapPost("/live/{videoID}/moderation/rules/dry-run", rules.TryAsync).RequireCaller().Documented(new Documentation("tryRules", "Try rules on the latest comments")
        {
            Description = "By a moderator. Says what rules would have done with the last 1,000 comments of viewers, with the latest of each kind; nothing changes.",
            Body = "Rules",
            Answers = [new(200, "RulesTried")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.InvalidRules],
        });
        app.MapGet("/moderation/rules", rules.GetForAllAsync).RequireCaller().Documented(new Documentation("getRulesOfAllEvents", "Read the rules of all events")
        {
            Description = "By an administrator.",
            Answers = [new(200, "Rules")],
            Errors = [Error.Unauthenticated, Error.Forbidden],
        });
        app.MapPut("/moderation/rules", rules.PutForAllAsync).RequireCaller().Documented(new Documentation("putRulesOfAllEvents", "Replace the rules of all events")
        {
            Description = "By an administrator. Events may add rules of their own, and cannot take these away.",
            Body = "Rules",
            Answers = [new(200, "Rules")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidRules],
        });
    }
}
