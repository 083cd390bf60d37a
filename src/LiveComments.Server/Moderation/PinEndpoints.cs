using LiveComments.Ingest;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Moderation;

/// <summary>The one comment that an event shows above all others.</summary>
internal static class PinEndpoints
{
    public static void MapPinned(this IEndpointRouteBuilder app)
    {
        app.MapPut("/live/{videoID}/moderation/pinned", PinAsync).Documented(new Documentation("pinComment", "Pin a comment")
        {
            Description = "By a moderator, also after the event has ended. It takes the place of the one that was pinned. Every viewer's page follows, and `pinned` of the event tells those "
                + "who come later. A comment that is removed is pinned no more. Repeated, it answers the same.",
            Body = "PinComment",
            Answers = [new(200, "CommentPinned")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.CommentNotFound, Error.CommentRemoved, Error.OutcomeUnknown],
        });
        app.MapDelete("/live/{videoID}/moderation/pinned", UnpinAsync).RequireCaller().Documented(new Documentation("unpinComment", "Take the pin off")
        {
            Description = "By a moderator. The same when nothing is pinned.",
            Answers = [new(200, "CommentUnpinned")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.OutcomeUnknown],
        });
    }

    private static async Task<IResult> PinAsync(string videoID, HttpContext context, Ingest.Ingest ingest, CancellationToken ct)
    {
        var caller = context.Caller();
        CommentId? comment = null;
        if (caller is not null)
        {
            var (body, fault) = await JsonBody.ReadAsync(context.Request, ModerationBodies.Default.PinBody, ct);
            if (body is null)
                return fault!;
            comment = CommentId.TryParse(body.CommentID, out var id) ? id : null;
        }
        return await ingest.PinAsync(Doors.Http, videoID, caller, comment, ct) is { } refusal
            ? Refused(refusal)
            : new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, "pinned"u8);
                json.WriteString("commentID"u8, comment!.Value.Value);
                json.WriteEndObject();
            });
    }

    private static async Task<IResult> UnpinAsync(string videoID, HttpContext context, Ingest.Ingest ingest, CancellationToken ct) =>
        await ingest.UnpinAsync(Doors.Http, videoID, context.Caller(), ct) is { } refusal
            ? Refused(refusal)
            : new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, "unpinned"u8);
                json.WriteEndObject();
            });

    private static IResult Refused(Refusal refusal) => Problem.Of(refusal.Error, refusal.Error == Error.Forbidden ? "Only moderators pin comments." : null, refusal.RetryAfter);
}
