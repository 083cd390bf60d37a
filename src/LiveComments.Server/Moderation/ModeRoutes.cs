using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Moderation;

/// <summary>The calls that change what viewers may write for now.</summary>
internal static class ModeRoutes
{
    public static void MapModes(this IEndpointRouteBuilder app)
    {
        var modes = ActivatorUtilities.CreateInstance<ModeEndpoints>(app.ServiceProvider);
        app.MapPatch("/live/{videoID}/moderation/modes", modes.PatchAsync).RequireCaller().Documented(new Documentation("patchModes", "Change what viewers may write for now")
        {
            Description = "By a moderator, as a JSON merge patch: what is left out stays. The modes are `slowModeSeconds` and `modes` of the event's settings, so every page follows. Comments that they do "
                + "not allow are answered `room-mode` or `slow-mode`; moderators and administrators are exempt.",
            Body = "ModesPatch",
            Answers = [new(200, "Modes")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.InvalidEvent],
        });
        app.MapPut("/live/{videoID}/moderation/shield", modes.ShieldAsync).RequireCaller().Documented(new Documentation("putShield", "Switch the shield on or off")
        {
            Description = "By a moderator, against a raid: while it is on, slow mode is at least 10 s, accounts are at least a day old and links are off, beside the modes that are on already. Those stay as "
                + "they are when it goes off.",
            Body = "Shield",
            Answers = [new(200, "Modes")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.EventNotFound, Error.InvalidEvent],
        });
    }
}
