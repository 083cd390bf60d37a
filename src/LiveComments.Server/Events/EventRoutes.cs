using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Events;

/// <summary>The calls of the event catalogue.</summary>
internal static class EventRoutes
{
    public static void MapEvents(this IEndpointRouteBuilder app)
    {
        var events = ActivatorUtilities.CreateInstance<EventEndpoints>(app.ServiceProvider);
        app.MapPost("/events", (Delegate)events.CreateAsync)
            .Documented(new("createEvent", "Create an event")
            {
                Description = "For administrators. `title`, `eventType` and `startTime` are required. With `startsItself` the event goes live at `startTime`.",
                Body = "EventBody",
                Answers = [new(201, "Event")],
                Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidEvent, Error.VideoIdTaken],
            });
        app.MapGet("/events", (Delegate)events.ListAsync)
            .Documented(new("listEvents", "List events, latest start first")
            {
                Description = "Private events are listed to those who may read them, `analyticsConfig` is shown to administrators. `Link: rel=\"next\"` leads to the next page.",
                Parameters = ["status", "type", "afterEvent", "limit"],
                Answers = [new(200, "Events")],
                Errors = [Error.InvalidParameter],
            });
        app.MapGet("/events/{videoID}", events.GetAsync)
            .Documented(new("getEvent", "Get an event")
            {
                Answers = [new(200, "Event")],
                Errors = [Error.EventNotFound],
            });
        app.MapPatch("/events/{videoID}", events.PatchAsync)
            .Documented(new("updateEvent", "Change an event by a JSON merge patch")
            {
                Description = "For administrators and the event's hosts. Absent members stay, null means the default. Changed settings are entries of the event's log: every viewer's page follows.",
                Body = "EventBody",
                Answers = [new(200, "Event")],
                Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.InvalidEvent, Error.StateConflict],
            });
        app.MapDelete("/events/{videoID}", events.DeleteAsync)
            .Documented(new("deleteEvent", "Delete an event with its comments, reactions and participants")
            {
                Description = "For administrators. Open streams of the event are closed.",
                Answers = [new(204)],
                Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound],
            });
        app.MapPost("/events/{videoID}/start", events.StartAsync)
            .Documented(new("startEvent", "Start an event")
            {
                Description = "For administrators and the event's hosts. Starting a live event changes nothing; an ended one does not start again.",
                Answers = [new(200, "Event")],
                Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.StateConflict],
            });
        app.MapPost("/events/{videoID}/end", events.EndAsync)
            .Documented(new("endEvent", "End an event")
            {
                Description = "For administrators and the event's hosts. Ending an ended event changes nothing. An ended event is read-only except for moderation.",
                Answers = [new(200, "Event")],
                Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound],
            });
        app.MapGet("/events/{videoID}/participants", events.ParticipantsAsync)
            .Documented(new("listParticipants", "List who was appointed or admitted, moderators first, or everybody who joined")
            {
                Description = "For administrators and the event's hosts. `joinedAt` is when somebody first watched or wrote, signed in; joining admits to nothing. `Link: rel=\"next\"` leads to the next page.",
                Parameters = ["joined", "afterUser", "limit"],
                Answers = [new(200, "Participants")],
                Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidParameter, Error.EventNotFound],
            });
        app.MapPut("/events/{videoID}/participants/{userID}", events.AdmitAsync)
            .Documented(new("putParticipant", "Appoint a host or a moderator, or admit somebody to a private event")
            {
                Description = "For administrators and the event's hosts. A host may change, start and end the event and does what moderators do; only administrators say who is one.",
                Body = "ParticipantBody",
                Answers = [new(200, "Participant")],
                Errors = [Error.Unauthenticated, Error.Forbidden, Error.AccountRequired, Error.EventNotFound, Error.UserNotFound],
            });
        app.MapDelete("/events/{videoID}/participants/{userID}", events.DismissAsync)
            .Documented(new("deleteParticipant", "Take an appointment or admission back")
            {
                Description = "For administrators and the event's hosts. The same when repeated.",
                Answers = [new(204)],
                Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.UserNotFound],
            });
    }
}
