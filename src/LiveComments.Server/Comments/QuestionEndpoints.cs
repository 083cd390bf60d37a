using System.Globalization;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Server.Events;
using LiveComments.Server.Http;

namespace LiveComments.Server.Comments;

/// <summary>The questions of an event.</summary>
internal sealed class QuestionEndpoints(Questions questions, ShadowedComments shadowed, CommentReading reading, Ingest.Ingest ingest, EventDirectory directory)
{
    public async Task<IResult> ListAsync(string videoID, HttpContext context)
    {
        var request = context.Request;
        if (!request.TryLimit(out var limit, out var error) || !request.TrySingle("status", out var wanted, out error) || !request.TrySingle("after", out var after, out error))
            return error!;
        var status = QuestionStatus.Open;
        if (wanted is not null && !QuestionStatuses.TryParse(wanted, out status))
            return QueryParameters.Fault("status", "is open or answered, or left out for both");
        (int Likes, long Seq) last = (int.MaxValue, 0);
        if (after is not null && !TryPlace(after, out last))
            return QueryParameters.Fault("after", "is what the Link to the next page says");
        (var liveEvent, error) = await directory.FindReadableAsync(videoID, context);
        if (liveEvent is null)
            return error!;
        var ct = context.RequestAborted;
        var own = await shadowed.OfAsync(liveEvent.Id, context.Caller(), 0, long.MaxValue - 1, ct);
        var listed = await questions.ListAsync(liveEvent.Id, ct);
        var page = Questions.InOrder(listed.Concat(own))
            .Where(question => question.Question is { } now && (wanted is null || now == status) && (-question.Reactions.Counts.Likes, question.Position.Seq).CompareTo((-last.Likes, last.Seq)) > 0)
            // One more than asked for, to know whether there are more.
            .Take(limit + 1).ToList();
        if (page.Count > limit)
        {
            page.RemoveAt(limit);
            context.AddPageLink("next", "after", string.Create(CultureInfo.InvariantCulture, $"{page[^1].Reactions.Counts.Likes}.{page[^1].Position.Seq}"), "status", "limit");
        }
        return await reading.AnswerAsync(context, liveEvent.Id, page);
    }

    public async Task<IResult> MarkAsync(string videoID, string commentID, HttpContext context, CancellationToken ct)
    {
        var (body, fault) = await JsonBody.ReadAsync(context.Request, CommentBodies.Default.MarkQuestionBody, ct);
        if (body is null)
            return fault!;
        if (!QuestionStatuses.TryParse(body.Status, out var status))
            return Problem.Of(Error.InvalidRequest, "status is open or answered.");
        var comment = CommentId.TryParse(commentID, out var id) ? id : (CommentId?)null;
        return await ingest.MarkAsync(Doors.Http, videoID, context.Caller(), comment, status, ct) is { } refusal
            ? Problem.Of(refusal.Error, refusal.Error == Error.Forbidden ? "Only moderators mark questions." : null, refusal.RetryAfter)
            : new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("commentID"u8, id.Value);
                json.WriteString("status"u8, status.Name());
                json.WriteEndObject();
            });
    }

    private static bool TryPlace(string text, out (int Likes, long Seq) place)
    {
        place = default;
        return text.Split('.', 3) is [var likes, var seq] && int.TryParse(likes, NumberStyles.None, CultureInfo.InvariantCulture, out place.Likes)
            && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out place.Seq);
    }
}
