using LiveComments.Events;
using LiveComments.Server.Http;

namespace LiveComments.Server.Events;

/// <summary>Which event a request means, and whether its caller may read it.</summary>
internal static class EventAccess
{
    /// <summary>A caller who may not read an event is answered as if it did not exist, so that its existence stays private.</summary>
    /// <returns>The event, or the error to answer.</returns>
    public static async ValueTask<(LiveEvent? Event, IResult? Error)> FindReadableAsync(this EventDirectory directory, string videoID, HttpContext context) =>
        await directory.FindAsync(videoID, context.RequestAborted) is { } liveEvent && await directory.RoleAsync(liveEvent, context.Caller(), context.RequestAborted) is not null
            ? (liveEvent, null)
            : (null, Problem.Of(Error.EventNotFound));
}
