using LiveComments.Polls;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Polls;

/// <summary>The calls of polls.</summary>
internal static class PollRoutes
{
    public static void MapPolls(this IEndpointRouteBuilder app)
    {
        var polls = ActivatorUtilities.CreateInstance<PollEndpoints>(app.ServiceProvider);
        var group = app.MapGroup("/live/{videoID}/polls");
        group.MapGet("", polls.ListAsync).Documented(new Documentation("listPolls", "Read the polls of an event")
        {
            Description = "In the order in which they were opened, without those that were taken away. `myOption` is the caller's own vote. Counts that are secret until the poll is closed are told to moderators alone. "
                + "The last poll is also the `poll` of the event, and every change comes as an entry of the type `card` in the stream.",
            Answers = [new(200, "Polls")],
            Errors = [Error.EventNotFound],
        });
        group.MapPost("", polls.OpenAsync).RequireCaller().Documented(new Documentation("openPoll", "Open a poll")
        {
            Description = $"By a moderator. An event has one open poll at a time and {Poll.Most} in all. Repeated with the same question and options while it is open, it answers that poll.",
            Body = "OpenPoll",
            Answers = [new(201, "Poll")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.InvalidPoll, Error.PollOpen, Error.StateConflict],
        });
        group.MapPatch("/{pollID}", polls.CloseAsync).RequireCaller().Documented(new Documentation("closePoll", "Close a poll")
        {
            Description = "By a moderator. No vote is taken any more, and the answer has the final counts. Repeated, it answers the same. A poll does not open again.",
            Body = "ClosePoll",
            Answers = [new(200, "Poll")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.InvalidPoll, Error.PollNotFound],
        });
        group.MapDelete("/{pollID}", polls.RemoveAsync).RequireCaller().Documented(new Documentation("deletePoll", "Take a poll away")
        {
            Description = "By a moderator, whether it is open or closed. It is shown nowhere any more. Repeated, it answers the same.",
            Answers = [new(204)],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.PollNotFound],
        });
        group.MapPut("/{pollID}/vote", (RequestDelegate)(async context => await (await polls.VoteAsync(context)).ExecuteAsync(context))).IsBrief().Documented(new Documentation("putVote", "Vote in a poll")
        {
            Description = "One vote per account, and none for guests: another one replaces it while the poll is open. The answer has the counts, unless they are secret until the poll is closed.",
            Body = "PutVote",
            Answers = [new(200, "VoteStored")],
            Errors = [Error.UnknownOption, Error.Unauthenticated, Error.AccountRequired, Error.UserMismatch, Error.Banned, Error.TimedOut, Error.TemporarilyBlocked, Error.EventNotFound, Error.PollNotFound, Error.PollClosed, Error.RateLimited],
        });
    }
}
