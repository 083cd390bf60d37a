using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;
using LiveComments.Server.Streams;

namespace LiveComments.Server.Comments;

/// <summary>The calls that write comments and reactions, and the stream.</summary>
internal static class CommentWritingRoutes
{
    public static void MapCommentWriting(this WebApplication app)
    {
        var writing = ActivatorUtilities.CreateInstance<CommentWriting>(app.Services);
        var comments = app.MapGroup("/live/{videoID}/comments");
        comments.MapPost("", Brief(writing.PostAsync)).IsBrief().Documented(new Documentation("postComment", "Write a comment")
        {
            Description = "Answered when the comment is committed and flushed. With an `Idempotency-Key` a retry gives the first answer. 202 means that the comment is held: nobody sees it until a "
                + "moderator approves it, and it keeps its id then. Who runs into limits again and again is answered `challenge-required` with a `challenge` to solve, sends the request again with the answer in `X-Challenge-Answer`, and may "
                + "write on for a while; who goes on without one is `temporarily-blocked`.",
            Body = "PostComment",
            Parameters = ["Idempotency-Key", "X-Challenge-Answer"],
            Answers = [new(201, "CommentPosted"), new(202, "CommentHeld")],
            Errors = [Error.TextEmpty, Error.TextTooLong, Error.TextInvalid, Error.InvalidIdempotencyKey, Error.Unauthenticated, Error.UserMismatch, Error.AccountRequired, Error.Banned, Error.TimedOut, Error.ChallengeRequired, Error.NetworkBlocked, Error.TemporarilyBlocked, Error.EventNotFound,
                Error.ParentNotFound, Error.EventNotLive, Error.ParentRemoved, Error.ReplyIsNoQuestion, Error.QuestionsOff, Error.IdempotencyKeyReused, Error.TextRefused, Error.RateLimited, Error.RepeatedText, Error.SlowMode, Error.Throttled, Error.OutcomeUnknown],
        });
        comments.MapDelete("/{commentID}", writing.DeleteAsync).Documented(new Documentation("deleteComment", "Remove a comment")
        {
            Description = "By its author or a moderator. Gone from every path within a second; repeated, it answers the same. Replies stay.",
            Answers = [new(200, "CommentDeleted")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.CommentNotFound, Error.RateLimited],
        });
        comments.MapPost("/{commentID}/reactions", Brief(writing.ReactAsync)).IsBrief().Documented(new Documentation("postReaction", "React to a comment")
        {
            Description = "One reaction per user and comment: another type replaces it.",
            Body = "PostReaction",
            Answers = [new(200, "ReactionStored")],
            Errors = [Error.UnknownReaction, Error.Unauthenticated, Error.UserMismatch, Error.AccountRequired, Error.Banned, Error.TimedOut, Error.TemporarilyBlocked, Error.EventNotFound, Error.CommentNotFound, Error.EventNotLive, Error.RateLimited],
        });
        comments.MapDelete("/{commentID}/reactions", Brief(writing.UnreactAsync)).IsBrief().Documented(new Documentation("deleteReaction", "Take a reaction back")
        {
            Answers = [new(200, "ReactionStored")],
            Errors = [Error.Unauthenticated, Error.AccountRequired, Error.Banned, Error.TimedOut, Error.TemporarilyBlocked, Error.EventNotFound, Error.CommentNotFound, Error.EventNotLive, Error.RateLimited],
        });
        // Every method: CONNECT is how HTTP/2 opens a WebSocket (RFC 8441), and DELETE would go to the comment with the id "stream".
        comments.Map("/stream", (string videoID, HttpContext context, StreamEndpoint stream) => stream.HandleAsync(videoID, context))
            .OutsideRequestLimits().Documented(StreamDocumentation.Documentation);
    }

    /// <summary>Skips the framework's parameter binding, which costs a service scope and three tasks per request.</summary>
    private static RequestDelegate Brief(Func<HttpContext, Task<IResult>> handle) => async context => await (await handle(context)).ExecuteAsync(context);
}
