using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Rooms;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;
using LiveComments.Server.Streams;

namespace LiveComments.Server.Endpoints;

/// <summary>Writing: comments, removals and reactions over HTTP, and the stream.</summary>
internal static class CommentEndpoints
{
    private const int MaxClientText = 32;

    public static void MapComments(this WebApplication app)
    {
        var comments = app.MapGroup("/live/{videoID}/comments");
        comments.MapPost("", PostAsync).RequireCaller().IsBrief().Documented(new Documentation("Write a comment")
        {
            Description = "Answered when the comment is committed and flushed. With an `Idempotency-Key` a retry gives the first answer.",
            Body = "PostComment",
            Parameters = ["Idempotency-Key"],
            Answers = [new(201, "CommentPosted")],
            Errors = [Error.TextEmpty, Error.TextTooLong, Error.TextInvalid, Error.InvalidIdempotencyKey, Error.Unauthenticated, Error.UserMismatch, Error.NotParticipant, Error.EventNotFound,
                Error.ParentNotFound, Error.EventNotLive, Error.ParentRemoved, Error.IdempotencyKeyReused, Error.RateLimited, Error.SlowMode, Error.OutcomeUnknown],
        });
        comments.MapDelete("/{commentID}", DeleteAsync).RequireCaller().Documented(new Documentation("Remove a comment")
        {
            Description = "By its author or a moderator. Gone from every path within a second; repeated, it answers the same. Replies stay.",
            Answers = [new(200, "CommentDeleted")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.NotParticipant, Error.EventNotFound, Error.CommentNotFound],
        });
        comments.MapPost("/{commentID}/reactions", ReactAsync).RequireCaller().IsBrief().Documented(new Documentation("React to a comment")
        {
            Description = "One reaction per user and comment: another type replaces it.",
            Body = "PostReaction",
            Answers = [new(200, "ReactionStored")],
            Errors = [Error.UnknownReaction, Error.Unauthenticated, Error.UserMismatch, Error.NotParticipant, Error.EventNotFound, Error.CommentNotFound, Error.EventNotLive, Error.RateLimited],
        });
        comments.MapDelete("/{commentID}/reactions", UnreactAsync).RequireCaller().IsBrief().Documented(new Documentation("Take a reaction back")
        {
            Answers = [new(200, "ReactionStored")],
            Errors = [Error.Unauthenticated, Error.NotParticipant, Error.EventNotFound, Error.CommentNotFound, Error.EventNotLive, Error.RateLimited],
        });
        // CONNECT is how HTTP/2 opens a WebSocket (RFC 8441).
        comments.MapMethods("/stream", [HttpMethods.Get, HttpMethods.Connect], (string videoID, HttpContext context, StreamEndpoint stream) => stream.HandleAsync(videoID, context))
            .OutsideRequestLimits().Documented(StreamDocumentation.Documentation);
    }

    private static async Task<IResult> PostAsync(
        string videoID, HttpContext context, EventDirectory events, CommentIngest ingest, Rooms.Rooms rooms, IngestMetrics metrics, TimeProvider time, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var (body, fault) = await JsonBody.ReadAsync(context.Request, CommentBodies.Default.PostCommentBody, ct);
        if (body is null)
            return fault!;
        var (writer, refused) = await WriterAsync(videoID, body.UserID, context, events, ct);
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
            return Answer(Error.Busy.Code, Problem.Of(Error.Busy));
        return await placement.Answer switch
        {
            AppendResult.Appended { Entry: CommentEntry { Comment: var comment } } => Answer("placed", Posted(comment.Id, comment.Time, comment.Position)),
            AppendResult.Repeated repeated => Answer("repeated", Posted(repeated.CommentId, repeated.Time, repeated.Position)),
            AppendResult.Refused { Error: var error } => Answer(error.Code, Problem.Of(error)),
            var other => throw new InvalidOperationException($"A comment was answered {other}."),
        };
    }

    private static async Task<IResult> DeleteAsync(
        string videoID, string commentID, HttpContext context, EventDirectory events, Rooms.Rooms rooms, CancellationToken ct)
    {
        var (writer, refused) = await WriterAsync(videoID, null, context, events, ct);
        if (writer is null)
            return refused!;
        if (!CommentId.TryParse(commentID, out var comment))
            return Problem.Of(Error.CommentNotFound);
        var result = await rooms.PlaceAsync(writer.Event.Id, new RemovalDraft(comment, writer.Caller.UserId, writer.Role >= Role.Moderator), ct);
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

    private static async Task<IResult> ReactAsync(
        string videoID, string commentID, HttpContext context, EventDirectory events, Profiles profiles, UserLimits limits, Rooms.Rooms rooms, IngestMetrics metrics, CancellationToken ct)
    {
        var (body, fault) = await JsonBody.ReadAsync(context.Request, CommentBodies.Default.PostReactionBody, ct);
        if (body is null)
            return fault!;
        var (writer, refused) = await WriterAsync(videoID, body.UserID, context, events, ct);
        if (writer is null)
            return refused!;
        return ReactionTypes.TryParse(body.ReactionType, out var type) && writer.Event.Settings.Allows(type)
            ? await ApplyAsync(writer, commentID, type, profiles, limits, rooms, metrics, ct)
            : Problem.Of(Error.UnknownReaction);
    }

    private static async Task<IResult> UnreactAsync(
        string videoID, string commentID, HttpContext context, EventDirectory events, Profiles profiles, UserLimits limits, Rooms.Rooms rooms, IngestMetrics metrics, CancellationToken ct)
    {
        var (writer, refused) = await WriterAsync(videoID, null, context, events, ct);
        return writer is null ? refused! : await ApplyAsync(writer, commentID, null, profiles, limits, rooms, metrics, ct);
    }

    private static async ValueTask<IResult> ApplyAsync(
        Writer writer, string commentID, ReactionType? type, Profiles profiles, UserLimits limits, Rooms.Rooms rooms, IngestMetrics metrics, CancellationToken ct)
    {
        IResult Answer(string outcome, IResult result)
        {
            metrics.Reaction("http", outcome);
            return result;
        }

        if (!CommentId.TryParse(commentID, out var comment))
            return Answer(Error.CommentNotFound.Code, Problem.Of(Error.CommentNotFound));
        if (writer.Event.Status == EventStatus.Ended)
            return Answer(Error.EventNotLive.Code, Problem.Of(Error.EventNotLive));
        if (limits.TakeReaction(writer.Caller.UserId) is { } wait)
            return Answer(Error.RateLimited.Code, Problem.Of(Error.RateLimited, retryAfter: wait));
        await profiles.EnsureAsync(writer.Caller, ct);
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

    private static async ValueTask<(Writer? Writer, IResult? Refusal)> WriterAsync(string videoID, string? userID, HttpContext context, EventDirectory events, CancellationToken ct)
    {
        var caller = context.Caller()!;
        if (userID is not null && (!UserId.TryParse(userID, out var claimed) || claimed != caller.UserId))
            return (null, Problem.Of(Error.UserMismatch));
        if (await events.FindAsync(videoID, ct) is not { } liveEvent)
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
