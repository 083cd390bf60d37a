using LiveComments.Accounts;
using LiveComments.Server.Http;

namespace LiveComments.Server.Moderation;

/// <summary>One of the two places in which an event shows one comment apart from the others: pinned above the list, or large on stage.</summary>
/// <param name="put">Puts a comment there instead of any other.</param>
/// <param name="take">Takes it away.</param>
/// <param name="there">The status answered for a comment that is there.</param>
/// <param name="gone">The status answered when none is there.</param>
/// <param name="forbidden">Told to those who are not moderators.</param>
internal sealed class HighlightEndpoints(
    Func<string, Caller?, CommentId?, CancellationToken, ValueTask<Refusal?>> put, Func<string, Caller?, CancellationToken, ValueTask<Refusal?>> take, string there, string gone, string forbidden)
{
    public async Task<IResult> PutAsync(string videoID, HttpContext context, CancellationToken ct)
    {
        var caller = context.Caller();
        CommentId? comment = null;
        if (caller is not null)
        {
            var (body, fault) = await JsonBody.ReadAsync(context.Request, ModerationBodies.Default.HighlightBody, ct);
            if (body is null)
                return fault!;
            comment = CommentId.TryParse(body.CommentID, out var id) ? id : null;
        }
        return await put(videoID, caller, comment, ct) is { } refusal ? Refused(refusal) : Answer(there, comment);
    }

    public async Task<IResult> DeleteAsync(string videoID, HttpContext context, CancellationToken ct) =>
        await take(videoID, context.Caller(), ct) is { } refusal ? Refused(refusal) : Answer(gone, null);

    private static JsonAnswer Answer(string status, CommentId? comment) => new(json =>
    {
        json.WriteStartObject();
        json.WriteString("status"u8, status);
        if (comment is { } id)
            json.WriteString("commentID"u8, id.Value);
        json.WriteEndObject();
    });

    private IResult Refused(Refusal refusal) => Problem.Of(refusal.Error, refusal.Error == Error.Forbidden ? forbidden : null, refusal.RetryAfter);
}
