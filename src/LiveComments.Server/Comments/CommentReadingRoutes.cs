using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Comments;

/// <summary>The calls that read comments.</summary>
internal static class CommentReadingRoutes
{
    public static void MapCommentReading(this IEndpointRouteBuilder app)
    {
        var reading = ActivatorUtilities.CreateInstance<CommentReading>(app.ServiceProvider);
        app.MapGet("/live/{videoID}/comments", reading.PageAsync)
            .Documented(new("listComments", "List comments in the order they were placed")
            {
                Description = "The newest page, or one of `since`, `after` and `before`. Removed comments are left out. `LiveComments-Position` says up to where the "
                    + "answer is complete: a stream opened from there has no gap. `Link` leads to the next and the previous page. `sort=popular` lists those with the most reactions, most first. A signed-in caller's own reaction stands in `myReaction`.",
                Parameters = ["since", "after", "before", "limit", "parent", "sort"],
                Answers = [new(200, "Comments")],
                Errors = [Error.InvalidParameter, Error.InvalidPosition, Error.EventNotFound, Error.PositionGone],
            });
        app.MapGet("/live/{videoID}/comments/{commentID}", reading.OneAsync)
            .Documented(new("getComment", "Get a comment")
            {
                Answers = [new(200, "Comment")],
                Errors = [Error.EventNotFound, Error.CommentNotFound],
            });
        app.MapGet("/me/comments", (Delegate)reading.MineAsync).RequireCaller()
            .Documented(new("listMyComments", "List what I wrote, in any event, newest first")
            {
                Parameters = ["beforeComment", "limit"],
                Answers = [new(200, "FoundComments")],
                Errors = [Error.Unauthenticated, Error.InvalidParameter],
            });
        app.MapGet("/me/mentions", (Delegate)reading.MentionsAsync).RequireCaller()
            .Documented(new("listMyMentions", "List comments that mention me, in any event that I may read, newest first")
            {
                Parameters = ["beforeComment", "limit"],
                Answers = [new(200, "FoundComments")],
                Errors = [Error.Unauthenticated, Error.InvalidParameter],
            });
    }
}
