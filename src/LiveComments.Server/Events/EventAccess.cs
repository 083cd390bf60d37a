using LiveComments.Events;
using LiveComments.Server.Http;

namespace LiveComments.Server.Events;

/// <summary>Which event a request means, and whether its caller may read it.</summary>
internal static class EventAccess
{
    /// <returns>The event, or the error to answer.</returns>
    public static async ValueTask<(LiveEvent? Event, IResult? Error)> FindReadableAsync(this EventDirectory directory, string videoID, HttpContext context)
    {
        if (await directory.FindAsync(videoID, context.RequestAborted) is not { } liveEvent)
            return (null, Problem.Of(Error.EventNotFound));
        var caller = context.Caller();
        if (await directory.RoleAsync(liveEvent, caller, context.RequestAborted) is null)
            return (null, Problem.Of(caller is null ? Error.Unauthenticated : Error.NotParticipant));
        return (liveEvent, null);
    }
}
