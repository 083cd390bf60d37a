using LiveComments.Ingest;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Comments;

/// <summary>Writing: comments, removals and reactions over HTTP.</summary>
internal sealed class CommentWriting(Ingest.Ingest ingest, Localities localities, TimeProvider time)
{
    public async Task<IResult> PostAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        var caller = context.Caller();
        PostCommentBody? body = null;
        if (caller is not null)
        {
            (body, var fault) = await JsonBody.ReadAsync(context.Request, CommentBodies.Default.PostCommentBody, context.RequestAborted);
            if (body is null)
                return fault!;
        }
        var outcome = await ingest.CommentAsync(
            Doors.Http, VideoId(context), new CommentRequest(caller, body?.UserID, body?.CommentText, body?.ReplyToCommentID, Key(context), body?.Client, started, context.Connection.RemoteIpAddress, Answer(context), localities.Of(context), body?.Question is true), context.RequestAborted);
        return outcome.Refusal is { } refusal
            ? Refused(refusal, refusal.Error == Error.InvalidRequest ? $"client.platform and client.version have at most {Validation.MaxClientText} characters without control characters." : null)
            : Posted(outcome);
    }

    public async Task<IResult> DeleteAsync(HttpContext context, string commentID)
    {
        var comment = Comment(commentID);
        if (await ingest.RemoveAsync(Doors.Http, VideoId(context), context.Caller(), comment, context.RequestAborted) is { } refusal)
            return Refused(refusal);
        return new JsonAnswer(json =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, "deleted"u8);
            json.WriteString("commentID"u8, comment!.Value.Value);
            json.WriteEndObject();
        });
    }

    public async Task<IResult> ReactAsync(HttpContext context)
    {
        var caller = context.Caller();
        PostReactionBody? body = null;
        if (caller is not null)
        {
            (body, var fault) = await JsonBody.ReadAsync(context.Request, CommentBodies.Default.PostReactionBody, context.RequestAborted);
            if (body is null)
                return fault!;
        }
        return await ReactAsync(context, new ReactionRequest(caller, body?.UserID, Comment(context), body?.ReactionType, TakesBack: false, Address: context.Connection.RemoteIpAddress));
    }

    public Task<IResult> UnreactAsync(HttpContext context) => ReactAsync(context, new ReactionRequest(context.Caller(), null, Comment(context), null, TakesBack: true, Address: context.Connection.RemoteIpAddress));

    private async Task<IResult> ReactAsync(HttpContext context, ReactionRequest request)
    {
        var outcome = await ingest.ReactAsync(Doors.Http, VideoId(context), request, context.RequestAborted);
        return outcome.Refusal is { } refusal
            ? Refused(refusal)
            : new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, "success"u8);
                CommentJson.WriteCounts(json, "reactionCount"u8, outcome.Tally.Counts);
                json.WriteEndObject();
            });
    }

    private static string VideoId(HttpContext context) => (string)context.Request.RouteValues["videoID"]!;

    private static CommentId? Comment(HttpContext context) => Comment((string?)context.Request.RouteValues["commentID"]);

    /// <summary>Null for what is not the id of a comment.</summary>
    private static CommentId? Comment(string? id) => CommentId.TryParse(id, out var comment) ? comment : null;

    /// <summary>Null without one. Several keys count as an invalid one.</summary>
    private static string? Key(HttpContext context) => context.Request.Headers["Idempotency-Key"] is { Count: > 0 } keys ? keys.Count == 1 ? keys[0] ?? "" : "" : null;

    /// <summary>The answer to a challenge; null without one.</summary>
    private static string? Answer(HttpContext context) => context.Request.Headers["X-Challenge-Answer"] is [{ Length: > 0 } answer] ? answer : null;

    private static IResult Refused(Refusal refusal, string? detail = null) => Problem.Of(refusal.Error, detail, refusal.RetryAfter, refusal.Challenge);

    private static JsonAnswer Posted(CommentOutcome outcome) => new(json =>
    {
        json.WriteStartObject();
        json.WriteString("commentID"u8, outcome.Id.Value);
        json.WriteString("status"u8, outcome.IsHeld ? "held"u8 : "success"u8);
        CommentJson.WriteTime(json, "timestamp"u8, outcome.Time);
        if (!outcome.IsHeld)
            CommentJson.WritePosition(json, "position"u8, outcome.Position);
        if (outcome.ReleaseAt is { } releaseAt)
            CommentJson.WriteTime(json, "releaseAt"u8, releaseAt);
        CommentJson.WriteMentions(json, outcome.Mentions ?? []);
        json.WriteEndObject();
    }, outcome.IsHeld ? StatusCodes.Status202Accepted : StatusCodes.Status201Created);
}
