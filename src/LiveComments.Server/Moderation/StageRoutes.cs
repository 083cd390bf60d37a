using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Moderation;

/// <summary>The calls that put a comment on stage.</summary>
internal static class StageRoutes
{
    public static void MapStage(this IEndpointRouteBuilder app)
    {
        var stage = ActivatorUtilities.CreateInstance<StageEndpoints>(app.ServiceProvider);
        app.MapPut("/live/{videoID}/moderation/stage", stage.PutAsync).Documented(new Documentation("putOnStage", "Put a comment on stage")
        {
            Description = "By a moderator, also after the event has ended. It takes the place of the one that was there. Every viewer's page and the overlay show it large, and `stage` of the event tells those "
                + "who come later. A comment that is removed is taken off, and stays off when it is restored. Repeated, it answers the same.",
            Body = "PinComment",
            Answers = [new(200, "CommentOnStage")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.CommentNotFound, Error.CommentRemoved, Error.OutcomeUnknown],
        });
        app.MapDelete("/live/{videoID}/moderation/stage", stage.DeleteAsync).RequireCaller().Documented(new Documentation("emptyStage", "Take the comment on stage off")
        {
            Description = "By a moderator. The same when none is there.",
            Answers = [new(200, "StageEmpty")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.OutcomeUnknown],
        });
    }
}
