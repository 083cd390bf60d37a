using LiveComments.Ingest;
using LiveComments.Server.Http;

namespace LiveComments.Server.Moderation;

/// <summary>The one comment that an event shows large.</summary>
internal sealed class StageEndpoints(Ingest.Ingest ingest)
{
    public async Task<IResult> PutAsync(string videoID, HttpContext context, CancellationToken ct)
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
        return await ingest.StageAsync(Doors.Http, videoID, caller, comment, ct) is { } refusal
            ? Refused(refusal)
            : new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, "on-stage"u8);
                json.WriteString("commentID"u8, comment!.Value.Value);
                json.WriteEndObject();
            });
    }

    public async Task<IResult> DeleteAsync(string videoID, HttpContext context, CancellationToken ct) =>
        await ingest.UnstageAsync(Doors.Http, videoID, context.Caller(), ct) is { } refusal
            ? Refused(refusal)
            : new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, "empty"u8);
                json.WriteEndObject();
            });

    private static IResult Refused(Refusal refusal) => Problem.Of(refusal.Error, refusal.Error == Error.Forbidden ? "Only moderators put comments on stage." : null, refusal.RetryAfter);
}
