using LiveComments.Ingest;
using LiveComments.Server.Http;

namespace LiveComments.Server.Moderation;

/// <summary>The one comment that an event shows above all others.</summary>
internal sealed class PinEndpoints(Ingest.Ingest ingest)
{
    public async Task<IResult> PinAsync(string videoID, HttpContext context, CancellationToken ct)
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

    public async Task<IResult> UnpinAsync(string videoID, HttpContext context, CancellationToken ct) =>
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
