using System.Collections.ObjectModel;
using System.Text.Json;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Ingest;
using LiveComments.Reactions;
using LiveComments.Server.Events;
using LiveComments.Server.Http;
using LiveComments.Wire;

namespace LiveComments.Server.Comments;

/// <summary>Reading comments by REST: pages of an event, one comment, one's own, and those that mention one.</summary>
internal sealed class CommentReading(ICommentQueries comments, ShadowedComments shadowed, IReactionStore reactions, EventDirectory directory)
{
    /// <summary>Up to where an answer is complete: a stream opened from there has no gap.</summary>
    private const string PositionHeader = "LiveComments-Position";

    /// <summary>Comments per read where many are filtered out: a few milliseconds. The request's time limit bounds the number of reads.</summary>
    private const int FoundAtOnce = 500;

    public async Task<IResult> PageAsync(string videoID, HttpContext context)
    {
        var (query, invalid) = PageQuery.Read(context.Request);
        if (query is null)
            return invalid!;
        var (liveEvent, error) = await directory.FindReadableAsync(videoID, context);
        if (liveEvent is null)
            return error!;
        if (query.Popular)
            return await AnswerAsync(context, liveEvent.Id, await comments.PopularAsync(liveEvent.Id, query.Limit, context.RequestAborted));
        var page = await comments.PageAsync(liveEvent.Id, query.Request, context.RequestAborted);
        if (query.IsGone(page.CompleteTo))
            return Problem.Of(Error.PositionGone);
        context.Response.Headers[PositionHeader] = page.CompleteTo.ToString();
        AddLinks(context, query, page);
        return await AnswerAsync(context, liveEvent.Id, await WithShadowedAsync(liveEvent.Id, query.Request, page, context));
    }

    /// <summary>A page, with what only its reader sees at its places.</summary>
    private async ValueTask<IReadOnlyList<Comment>> WithShadowedAsync(EventId id, PageRequest request, CommentPage page, HttpContext context)
    {
        var after = request.Newest && page.More && page.Comments.Count > 0 ? page.Comments[0].Position.Seq - 1 : request.AfterSeq;
        var own = await shadowed.OfAsync(id, context.Caller(), after, page.CompleteTo.Seq, context.RequestAborted);
        return own.Count == 0 ? page.Comments
            : [.. page.Comments.Concat(own.Where(one => (request.Thread is null || one.ReplyTo == request.Thread) && !(one.Time < request.Since))).OrderBy(one => one.Position.Seq)];
    }

    public async Task<IResult> OneAsync(string videoID, string commentID, HttpContext context)
    {
        var (liveEvent, error) = await directory.FindReadableAsync(videoID, context);
        if (liveEvent is null)
            return error!;
        if (!CommentId.TryParse(commentID, out var id)
            || (await comments.FindAsync(liveEvent.Id, id, context.RequestAborted) ?? await shadowed.FindAsync(liveEvent.Id, id, context.Caller(), context.RequestAborted)) is not { } comment)
            return Problem.Of(Error.CommentNotFound);
        var own = await OwnAsync(context, liveEvent.Id, [comment]);
        return new JsonAnswer(json => Write(json, comment, own));
    }

    public Task<IResult> MineAsync(HttpContext context) =>
        FoundAsync(context, async (before, limit) =>
        {
            var found = await comments.ByAuthorAsync(context.Caller()!.UserId, before, limit, context.RequestAborted);
            var own = await shadowed.MineAsync(context.Caller()!, before, limit, context.RequestAborted);
            return own.Count == 0 ? found : [.. found.Concat(own).OrderByDescending(one => one.Comment.Id.Value).Take(limit)];
        });

    public Task<IResult> MentionsAsync(HttpContext context) =>
        FoundAsync(context, (before, limit) => comments.MentioningAsync(context.Caller()!.UserId, before, limit, context.RequestAborted));

    private static void AddLinks(HttpContext context, PageQuery query, CommentPage page)
    {
        var first = page.Comments.Count > 0 ? page.Comments[0].Position : (Position?)null;
        if (query.Newest)
        {
            if (page.More)
                context.AddPageLink("prev", "before", first!.Value.ToString(), "parent", "limit");
            if (query.Before is not null)
                context.AddPageLink("next", "after", page.CompleteTo.ToString(), "parent", "limit");
            return;
        }
        if (page.More)
            context.AddPageLink("next", "after", page.CompleteTo.ToString(), "parent", "limit");
        if (!query.FromStart)
            context.AddPageLink("prev", "before", (first ?? page.CompleteTo with { Seq = page.CompleteTo.Seq + 1 }).ToString(), "parent", "limit");
    }

    private async Task<IResult> FoundAsync(HttpContext context, Func<CommentId?, int, ValueTask<IReadOnlyList<FoundComment>>> find)
    {
        if (!context.Request.TryLimit(out var limit, out var error) || !context.Request.TrySingle("before", out var text, out error))
            return error!;
        CommentId? before = null;
        if (text is not null)
        {
            if (!CommentId.TryParse(text, out var id))
                return QueryParameters.Fault("before", "is a comment's id");
            before = id;
        }
        var readable = new List<(LiveEvent Event, Comment Comment)>();
        // One more than asked for is read, to know whether there are more.
        for (var (asked, more) = (limit + 1, true); more && readable.Count <= limit; asked = FoundAtOnce)
        {
            var found = await find(before, asked);
            more = found.Count == asked;
            foreach (var (eventId, comment) in found)
            {
                before = comment.Id;
                // Events that are being deleted, and private events that the caller has left, are neither shown nor linked.
                if (await directory.FindAsync(eventId, context.RequestAborted) is { } liveEvent
                    && await directory.RoleAsync(liveEvent, context.Caller(), context.RequestAborted) is not null)
                    readable.Add((liveEvent, comment));
            }
        }
        if (readable.Count > limit)
        {
            readable.RemoveRange(limit, readable.Count - limit);
            context.AddPageLink("next", "before", readable[^1].Comment.Id.ToString(), "limit");
        }
        return new JsonAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var (liveEvent, comment) in readable)
            {
                json.WriteStartObject();
                json.WriteString("eventID"u8, liveEvent.Id.Value);
                json.WriteString("videoID"u8, liveEvent.VideoId ?? liveEvent.Id.ToString());
                json.WritePropertyName("comment"u8);
                CommentJson.Write(json, comment);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    /// <summary>Comments, with what the caller has given to them.</summary>
    public async ValueTask<IResult> AnswerAsync(HttpContext context, EventId id, IReadOnlyList<Comment> page)
    {
        var own = await OwnAsync(context, id, page);
        return new JsonAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var comment in page)
                Write(json, comment, own);
            json.WriteEndArray();
        });
    }

    /// <summary>The caller's reactions to the comments of a page; none for an anonymous caller.</summary>
    private ValueTask<IReadOnlyDictionary<CommentId, ReactionType>> OwnAsync(HttpContext context, EventId id, IReadOnlyList<Comment> page) =>
        context.Caller() is { } caller
            ? reactions.GivenByAsync(id, caller.UserId, [.. page.Where(comment => comment.Reactions.Counts.Total > 0).Select(comment => comment.Id)], context.RequestAborted)
            : new(ReadOnlyDictionary<CommentId, ReactionType>.Empty);

    private static void Write(Utf8JsonWriter json, Comment comment, IReadOnlyDictionary<CommentId, ReactionType> own) =>
        CommentJson.Write(json, comment, own: own.TryGetValue(comment.Id, out var given) ? given : null);
}
