using LiveComments.Server.Http;
using LiveComments.Server.Moderation.Live;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Moderation;

/// <summary>The calls of moderators, and those by which viewers and moderators hear of each other.</summary>
internal static class ModerationRoutes
{
    public static void MapModeration(this IEndpointRouteBuilder app)
    {
        var moderation = ActivatorUtilities.CreateInstance<ModerationEndpoints>(app.ServiceProvider);
        app.MapGet("/live/{videoID}/moderation/queue", moderation.QueueAsync).RequireCaller().Documented(new Documentation("getModerationQueue", "List what waits for a moderator")
        {
            Description = "For moderators of the event. Held and delayed comments the oldest first, with `Link: rel=\"next\"`; reported ones those with most reports first.",
            Parameters = ["queueState", "afterHeld", "queueLimit"],
            Answers = [new(200, "ModerationQueue")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidParameter, Error.EventNotFound],
        });
        app.MapPost("/live/{videoID}/moderation/decisions", moderation.DecideAsync).RequireCaller().Documented(new Documentation("decide", "Decide about comments or people")
        {
            Description = "For moderators of the event. `approve`, `reject`, `delete` and `restore` take `commentIDs`; the others take `userIDs`. `approve` places a held comment "
                + "with its id, also after the event has ended, or settles the reports about one that stands. `timeout` and `throttle` take `seconds`: how long somebody may not write, or the time "
                + "between two of their comments. Of two moderators who decide the same, one gets `done` and the other `already`, with who decided and when. `not-allowed`: moderators decide about "
                + "viewers, administrators also about moderators. `everywhere` makes a decision about people hold in all events, and is for administrators. `purge` removes all that somebody wrote in the event. `note` keeps its `reason` for other moderators, who find it with the person. Nobody is told of a shadow ban or a note. A `ban` with `network` also keeps out everybody else who writes from the networks that the person wrote from, for a week. What is decided acts within a second on "
                + "every node and open stream.",
            Body = "ModerationDecision",
            Answers = [new(200, "ModerationDecisions")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidRequest, Error.EventNotFound, Error.OutcomeUnknown],
        });
        app.MapPost("/live/{videoID}/moderation/undo", moderation.UndoAsync).RequireCaller().Documented(new Documentation("undoDecision", "Take a decision back")
        {
            Description = "For moderators of the event. A rejected comment waits again, a deleted one and those of a purge are back in their places, and what was taken from somebody ends. An approval is not taken back: `not-allowed`.",
            Body = "ModerationUndo",
            Answers = [new(200, "ModerationDecisions")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidRequest, Error.EventNotFound, Error.OutcomeUnknown],
        });
        app.MapGet("/live/{videoID}/moderation/audit", moderation.AuditAsync).RequireCaller().Documented(new Documentation("getAudit", "List who decided what about whom, when and why")
        {
            Description = "For moderators of the event. The last lines, ascending; `Link: rel=\"prev\"` leads to those before. `seq` counts over all events, so one event has gaps.",
            Parameters = ["beforeLine", "queueLimit"],
            Answers = [new(200, "ModerationAudit")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidParameter, Error.EventNotFound],
        });
        app.MapPut("/live/{videoID}/moderation/looking", moderation.LookAsync).RequireCaller().Documented(new Documentation("putLooking", "Say which comment of the queue one looks at")
        {
            Description = "For moderators of the event, so that two do not work on one comment: others see it in the queue (`lookedAtBy`) and the stream. It lasts 30 s; `{\"commentID\":null}` ends it.",
            Body = "ModerationLook",
            Answers = [new(204)],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidRequest, Error.EventNotFound],
        });
        var person = ActivatorUtilities.CreateInstance<PersonEndpoints>(app.ServiceProvider);
        app.MapGet("/live/{videoID}/moderation/users/{userID}", person.GetAsync).RequireCaller().Documented(new Documentation("getModeratedPerson", "See a person as moderators do")
        {
            Description = "For moderators of the event: the account, what was taken from the person, their latest comments here, what waits and what only they see, the notes of moderators, and the latest decisions about them. "
                + "`reputation` is from 0 to 100, 50 at first: it rises with approved and restored comments and trust, and falls with what was rejected, deleted and taken from them, in whatever event.",
            Answers = [new(200, "ModeratedPerson")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.UserNotFound],
        });
        var stream = ActivatorUtilities.CreateInstance<ModerationStream>(app.ServiceProvider);
        // Every method: CONNECT is how HTTP/2 opens a WebSocket (RFC 8441).
        app.Map("/live/{videoID}/moderation/stream", (Delegate)stream.HandleAsync).OutsideRequestLimits().Documented(new Documentation("watchModeration", "Watch what waits for moderators")
        {
            Description = "For moderators of the event. A WebSocket or, with `Accept: text/event-stream`, server-sent events, of JSON objects with a `type`: `hello`, `queue` (`items` that are new or changed, ids that are "
                + "`removed`), `decisions` (new lines of the audit log), `looking` (who looks at what), `firsts` (`commentIDs` that are their authors' first), `rates` (`commentsPerSecond`, `reactionsPerSecond`, `viewers`, `held`, `reported`; of this node `refusedHere`, `medianMsHere`, `slowestMsHere`). The first `queue` has all that "
                + "waits; afterwards changes of whatever node come within a second. A browser puts a `ticket` of `POST /auth/stream-ticket` into the address.",
            Parameters = ["ticket"],
            Answers = [new(101), new(200, "ModerationMessage", "text/event-stream")],
            Errors = [Error.InvalidTicket, Error.Unauthenticated, Error.Forbidden, Error.EventNotFound],
        });
        app.MapPost("/live/{videoID}/comments/{commentID}/reports", moderation.ReportAsync).RequireCaller().Documented(new Documentation("reportComment", "Report a comment to the moderators")
        {
            Description = "By anybody who is signed in and may read it. Each person counts once; repeated, it answers the same.",
            Body = "ReportComment",
            Answers = [new(200, "CommentReported")],
            Errors = [Error.Unauthenticated, Error.InvalidRequest, Error.AccountRequired, Error.Banned, Error.TimedOut, Error.EventNotFound, Error.CommentNotFound, Error.RateLimited],
        });
        var notices = ActivatorUtilities.CreateInstance<NoticeEndpoints>(app.ServiceProvider);
        app.MapGet("/me/notices", (Delegate)notices.ListAsync).RequireCaller().Documented(new Documentation("getNotices", "List what moderators decided about oneself")
        {
            Description = "The latest first. The stream says the same at once, as `notice`.",
            Parameters = ["queueLimit"],
            Answers = [new(200, "Notices")],
            Errors = [Error.Unauthenticated, Error.InvalidParameter],
        });
    }
}
