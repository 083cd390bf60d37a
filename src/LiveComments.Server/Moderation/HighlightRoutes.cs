using LiveComments.Ingest;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Moderation;

/// <summary>The calls that pin a comment, and that put one on stage.</summary>
internal static class HighlightRoutes
{
    public static void MapHighlights(this IEndpointRouteBuilder app)
    {
        var ingest = app.ServiceProvider.GetRequiredService<Ingest.Ingest>();
        app.Map("pinned", new HighlightEndpoints(
            (video, caller, comment, ct) => ingest.PinAsync(Doors.Http, video, caller, comment, ct),
            (video, caller, ct) => ingest.UnpinAsync(Doors.Http, video, caller, ct),
            "pinned", "unpinned", "Only moderators pin comments."),
            new Documentation("pinComment", "Pin a comment")
            {
                Description = "By a moderator, also after the event has ended. It takes the place of the one that was pinned. Every viewer's page follows, and `pinned` of the event tells those "
                    + "who come later. A comment that is removed is pinned no more. Repeated, it answers the same.",
                Answers = [new(200, "CommentPinned")],
            },
            new Documentation("unpinComment", "Take the pin off")
            {
                Description = "By a moderator. The same when nothing is pinned.",
                Answers = [new(200, "CommentUnpinned")],
            });
        app.Map("stage", new HighlightEndpoints(
            (video, caller, comment, ct) => ingest.StageAsync(Doors.Http, video, caller, comment, ct),
            (video, caller, ct) => ingest.UnstageAsync(Doors.Http, video, caller, ct),
            "on-stage", "empty", "Only moderators put comments on stage."),
            new Documentation("putOnStage", "Put a comment on stage")
            {
                Description = "By a moderator, also after the event has ended. It takes the place of the one that was there. Every viewer's page and the overlay show it large, and `stage` of the event tells those "
                    + "who come later. A comment that is removed is taken off, and stays off when it is restored. Repeated, it answers the same.",
                Answers = [new(200, "CommentOnStage")],
            },
            new Documentation("emptyStage", "Take the comment on stage off")
            {
                Description = "By a moderator. The same when none is there.",
                Answers = [new(200, "StageEmpty")],
            });
    }

    private static void Map(this IEndpointRouteBuilder app, string place, HighlightEndpoints calls, Documentation put, Documentation delete)
    {
        app.MapPut($"/live/{{videoID}}/moderation/{place}", calls.PutAsync).Documented(put with
        {
            Body = "PinComment",
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.CommentNotFound, Error.CommentRemoved, Error.OutcomeUnknown],
        });
        app.MapDelete($"/live/{{videoID}}/moderation/{place}", calls.DeleteAsync).RequireCaller().Documented(delete with
        {
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.OutcomeUnknown],
        });
    }
}
