using LiveComments.Events;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Moderation;

/// <summary>The one comment that an event shows above all others.</summary>
internal static class PinEndpoints
{
    public static void MapPinned(this IEndpointRouteBuilder app)
    {
        app.MapPut("/live/{videoID}/moderation/pinned", PinAsync).RequireCaller().Documented(new Documentation("Pin a comment")
        {
            Description = "By a moderator, also after the event has ended. It takes the place of the one that was pinned. Every viewer's page follows, and `pinned` of the event tells those "
                + "who come later. A comment that is removed is pinned no more. Repeated, it answers the same.",
            Body = "PinComment",
            Answers = [new(200, "CommentPinned")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.NotParticipant, Error.EventNotFound, Error.CommentNotFound, Error.CommentRemoved, Error.OutcomeUnknown],
        });
        app.MapDelete("/live/{videoID}/moderation/pinned", UnpinAsync).RequireCaller().Documented(new Documentation("Take the pin off")
        {
            Description = "By a moderator. The same when nothing is pinned.",
            Answers = [new(200, "CommentUnpinned")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.NotParticipant, Error.EventNotFound, Error.OutcomeUnknown],
        });
    }

    private static async Task<IResult> PinAsync(string videoID, HttpContext context, EventDirectory events, Rooms.Rooms rooms, CancellationToken ct)
    {
        var (body, fault) = await JsonBody.ReadAsync(context.Request, ModerationBodies.Default.PinBody, ct);
        if (body is null)
            return fault!;
        var (liveEvent, refused) = await FindModeratedAsync(videoID, context, events, ct);
        if (liveEvent is null)
            return refused!;
        if (!CommentId.TryParse(body.CommentID, out var comment))
            return Problem.Of(Error.CommentNotFound);
        return await rooms.PlaceAsync(liveEvent.Id, new PinDraft(comment, context.Caller()!.UserId), ct) is AppendResult.Refused { Error: var error }
            ? Problem.Of(error)
            : new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, "pinned"u8);
                json.WriteString("commentID"u8, comment.Value);
                json.WriteEndObject();
            });
    }

    private static async Task<IResult> UnpinAsync(string videoID, HttpContext context, EventDirectory events, Rooms.Rooms rooms, CancellationToken ct)
    {
        var (liveEvent, refused) = await FindModeratedAsync(videoID, context, events, ct);
        if (liveEvent is null)
            return refused!;
        return await rooms.PlaceAsync(liveEvent.Id, new PinDraft(null, context.Caller()!.UserId), ct) is AppendResult.Refused { Error: var error }
            ? Problem.Of(error)
            : new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, "unpinned"u8);
                json.WriteEndObject();
            });
    }

    /// <returns>The event, in which the caller is a moderator, or the error to answer.</returns>
    private static async ValueTask<(LiveEvent? Event, IResult? Refusal)> FindModeratedAsync(string videoID, HttpContext context, EventDirectory events, CancellationToken ct)
    {
        if (await events.FindAsync(videoID, ct) is not { } liveEvent)
            return (null, Problem.Of(Error.EventNotFound));
        return await events.RoleAsync(liveEvent, context.Caller()!, ct) switch
        {
            null => (null, Problem.Of(Error.NotParticipant)),
            >= Role.Moderator => (liveEvent, null),
            _ => (null, Problem.Of(Error.Forbidden, "Only moderators pin comments.")),
        };
    }
}
