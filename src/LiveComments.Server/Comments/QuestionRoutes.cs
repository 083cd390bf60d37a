using LiveComments.Comments;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Comments;

/// <summary>The calls of questions.</summary>
internal static class QuestionRoutes
{
    public static void MapQuestions(this IEndpointRouteBuilder app)
    {
        var questions = ActivatorUtilities.CreateInstance<QuestionEndpoints>(app.ServiceProvider, ActivatorUtilities.CreateInstance<CommentReading>(app.ServiceProvider));
        var group = app.MapGroup("/live/{videoID}/questions");
        group.MapGet("", questions.ListAsync).Documented(new Documentation("listQuestions", "List the questions of an event")
        {
            Description = "Comments that were asked as questions (`question` of a new comment), those with the most likes first. A vote is a like, given as to any comment. "
                + $"The newest {Questions.Listed} are listed, and older ones that are among the {Questions.Popular} comments with the most reactions. `Link` leads to the next page; a question whose votes change meanwhile may be on two pages or on none. "
                + "A list is at most a second old. A signed-in caller's own reaction stands in `myReaction`. What a question becomes comes as an entry of the type `card` in the stream.",
            Parameters = ["questionStatus", "afterQuestion", "limit"],
            Answers = [new(200, "Comments")],
            Errors = [Error.InvalidParameter, Error.EventNotFound],
        });
        group.MapPatch("/{commentID}", questions.MarkAsync).RequireCaller().Documented(new Documentation("markQuestion", "Mark a question as answered")
        {
            Description = "By a moderator, also after the event has ended; or as open again. Repeated, it answers the same.",
            Body = "MarkQuestion",
            Answers = [new(200, "QuestionMarked")],
            Errors = [Error.InvalidRequest, Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.QuestionNotFound, Error.CommentRemoved, Error.OutcomeUnknown],
        });
    }
}
