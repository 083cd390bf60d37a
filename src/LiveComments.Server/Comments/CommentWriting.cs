using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Rooms;
using LiveComments.Server.Http;

namespace LiveComments.Server.Comments;

/// <summary>Writing: comments, removals and reactions over HTTP.</summary>
internal sealed class CommentWriting(
    EventDirectory events, CommentIngest ingest, Profiles profiles, UserLimits limits, Rooms.Rooms rooms, IngestMetrics metrics, TimeProvider time)
{
    private const int MaxClientText = 32;

    public async Task<IResult> PostAsync(HttpContext context)
    {
        var ct = context.RequestAborted;
        var started = time.GetTimestamp();
        var (body, fault) = await JsonBody.ReadAsync(context.Request, CommentBodies.Default.PostCommentBody, ct);
        if (body is null)
            return fault!;
        var (writer, refused) = await WriterAsync(context, body.UserID);
        if (writer is null)
            return refused!;
        string? key = null;
        if (context.Request.Headers["Idempotency-Key"] is { Count: > 0 } keys)
        {
            key = keys.Count == 1 ? keys[0] : null;
            if (key is null || !CommentIngest.IsKey(key))
                return Problem.Of(Error.InvalidIdempotencyKey);
        }
        CommentId? parent = null;
        if (body.ReplyToCommentID is not null)
        {
            if (!CommentId.TryParse(body.ReplyToCommentID, out var parsed))
                return Problem.Of(Error.ParentNotFound);
            parent = parsed;
        }
        if (body.Client is { } client && (IsTooLong(client.Platform) || IsTooLong(client.Version)))
            return Problem.Of(Error.InvalidRequest, $"client.platform and client.version have at most {MaxClientText} characters without control characters.");

        IResult Answer(string outcome, IResult result)
        {
            metrics.Comment("http", outcome, time.GetElapsedTime(started));
            return result;
        }

        var (draft, refusal) = await ingest.AdmitAsync(new CommentRequest(writer.Event, writer.Caller, writer.Role, body.CommentText, parent, key, body.Client), ct);
        if (draft is null)
            return Answer(refusal.Error.Code, Problem.Of(refusal.Error, retryAfter: refusal.RetryAfter));
        var placement = new AwaitedPlacement(draft);
        if (await rooms.OpenAsync(writer.Event.Id) is not { } room || !room.TryPost(placement))
            return NotPlaced(Error.Busy);
        return await placement.Answer switch
        {
            AppendResult.Appended { Entry: CommentEntry { Comment: var comment } } => Answer("placed", Posted(comment.Id, comment.Time, comment.Position)),
            AppendResult.Repeated repeated => Answer("repeated", Posted(repeated.CommentId, repeated.Time, repeated.Position)),
            AppendResult.Refused { Error: var error } => NotPlaced(error),
            var other => throw new InvalidOperationException($"A comment was answered {other}."),
        };

        IResult NotPlaced(Error error)
        {
            ingest.NotPlaced(writer.Event.Id, writer.Caller.UserId, key, error);
            return Answer(error.Code, Problem.Of(error));
        }
    }

    public async Task<IResult> DeleteAsync(HttpContext context, string commentID)
    {
        var (writer, refused) = await WriterAsync(context, null);
        if (writer is null)
            return refused!;
        if (!CommentId.TryParse(commentID, out var comment))
            return Problem.Of(Error.CommentNotFound);
        // It goes the way of a comment, also where it is refused there.
        if (writer.Role < Role.Moderator && limits.TakeComment(writer.Caller.UserId) is { } wait)
            return Problem.Of(Error.RateLimited, retryAfter: wait);
        var result = await rooms.PlaceAsync(writer.Event.Id, new RemovalDraft(comment, writer.Caller.UserId, writer.Role >= Role.Moderator), context.RequestAborted);
        return result is AppendResult.Refused { Error: var error }
            ? Problem.Of(error)
            : new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, "deleted"u8);
                json.WriteString("commentID"u8, comment.Value);
                json.WriteEndObject();
            });
    }

    public async Task<IResult> ReactAsync(HttpContext context)
    {
        var (body, fault) = await JsonBody.ReadAsync(context.Request, CommentBodies.Default.PostReactionBody, context.RequestAborted);
        if (body is null)
            return fault!;
        var (writer, refused) = await WriterAsync(context, body.UserID);
        if (writer is null)
            return refused!;
        return ReactionTypes.TryParse(body.ReactionType, out var type) && writer.Event.Settings.Allows(type)
            ? await ApplyAsync(context, writer, type)
            : Problem.Of(Error.UnknownReaction);
    }

    public async Task<IResult> UnreactAsync(HttpContext context)
    {
        var (writer, refused) = await WriterAsync(context, null);
        return writer is null ? refused! : await ApplyAsync(context, writer, null);
    }

    private async ValueTask<IResult> ApplyAsync(HttpContext context, Writer writer, ReactionType? type)
    {
        IResult Answer(string outcome, IResult result)
        {
            metrics.Reaction("http", outcome);
            return result;
        }

        if (!CommentId.TryParse((string?)context.Request.RouteValues["commentID"], out var comment))
            return Answer(Error.CommentNotFound.Code, Problem.Of(Error.CommentNotFound));
        if (writer.Event.Status == EventStatus.Ended)
            return Answer(Error.EventNotLive.Code, Problem.Of(Error.EventNotLive));
        if (limits.TakeReaction(writer.Caller.UserId) is { } wait)
            return Answer(Error.RateLimited.Code, Problem.Of(Error.RateLimited, retryAfter: wait));
        await profiles.EnsureAsync(writer.Caller, context.RequestAborted);
        var placement = new AwaitedReaction(new ReactionDraft(comment, writer.Caller.UserId, type));
        if (await rooms.OpenAsync(writer.Event.Id) is not { } room || !room.TryPost(placement))
            return Answer(Error.Busy.Code, Problem.Of(Error.Busy));
        var result = await placement.Answer;
        return result.Error is { } error
            ? Answer(error.Code, Problem.Of(error))
            : Answer("stored", new JsonAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, "success"u8);
                CommentJson.WriteCounts(json, "reactionCount"u8, result.Tally.Counts);
                json.WriteEndObject();
            }));
    }

    /// <summary>Who writes, in which event, as what.</summary>
    private sealed record Writer(LiveEvent Event, Caller Caller, Role Role);

    private async ValueTask<(Writer? Writer, IResult? Refusal)> WriterAsync(HttpContext context, string? userID)
    {
        var ct = context.RequestAborted;
        var caller = context.Caller()!;
        if (userID is not null && (!UserId.TryParse(userID, out var claimed) || claimed != caller.UserId))
            return (null, Problem.Of(Error.UserMismatch));
        if (await events.FindAsync((string)context.Request.RouteValues["videoID"]!, ct) is not { } liveEvent)
            return (null, Problem.Of(Error.EventNotFound));
        return await events.RoleAsync(liveEvent, caller, ct) is { } role
            ? (new Writer(liveEvent, caller, role), null)
            : (null, Problem.Of(Error.NotParticipant));
    }

    private static JsonAnswer Posted(CommentId id, DateTimeOffset time, Position position) => new(json =>
    {
        json.WriteStartObject();
        json.WriteString("commentID"u8, id.Value);
        json.WriteString("status"u8, "success"u8);
        CommentJson.WriteTime(json, "timestamp"u8, time);
        CommentJson.WritePosition(json, "position"u8, position);
        json.WriteEndObject();
    }, StatusCodes.Status201Created);

    private static bool IsTooLong(string? text) => text is not null && (text.Length > MaxClientText || text.Any(char.IsControl));
}
