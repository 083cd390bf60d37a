using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Moderation;

/// <summary>The calls that pin a comment.</summary>
internal static class PinRoutes
{
    public static void MapPinned(this IEndpointRouteBuilder app)
    {
        var pins = ActivatorUtilities.CreateInstance<PinEndpoints>(app.ServiceProvider);
        app.MapPut("/live/{videoID}/moderation/pinned", pins.PinAsync).Documented(new Documentation("pinComment", "Pin a comment")
        {
            Description = "By a moderator, also after the event has ended. It takes the place of the one that was pinned. Every viewer's page follows, and `pinned` of the event tells those "
                + "who come later. A comment that is removed is pinned no more. Repeated, it answers the same.",
            Body = "PinComment",
            Answers = [new(200, "CommentPinned")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.CommentNotFound, Error.CommentRemoved, Error.OutcomeUnknown],
        });
        app.MapDelete("/live/{videoID}/moderation/pinned", pins.UnpinAsync).RequireCaller().Documented(new Documentation("unpinComment", "Take the pin off")
        {
            Description = "By a moderator. The same when nothing is pinned.",
            Answers = [new(200, "CommentUnpinned")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.OutcomeUnknown],
        });
    }
}
