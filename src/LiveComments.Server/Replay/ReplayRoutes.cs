using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Replay;

/// <summary>The calls that a player beside a recording makes.</summary>
internal static class ReplayRoutes
{
    public static void MapReplay(this IEndpointRouteBuilder app)
    {
        var replay = ActivatorUtilities.CreateInstance<ReplayEndpoints>(app.ServiceProvider);
        app.MapGet("/live/{videoID}/replay", replay.IndexAsync)
            .Documented(new("getReplay", "Describe what there is to replay")
            {
                Description = "The event from the moment it went live to its end, or so far: how long it is, in how many segments it is given, and how much happened when. "
                    + "An event that was never live has no segments. Caches may keep the answer and ask with `If-None-Match` whether it still holds.",
                Parameters = ["If-None-Match"],
                Answers = [new(200, "Replay"), new(304)],
                Errors = [Error.EventNotFound],
            });
        app.MapGet("/live/{videoID}/replay/{segment}", replay.SegmentAsync)
            .Documented(new("getReplaySegment", "Get a segment of a replay")
            {
                Description = "Comments, and how the counts of reactions grew, by milliseconds since the event went live. The first segment also has what was written before. Removed comments are left out: "
                    + "a removal changes the `ETag`, so a cache that asks with `If-None-Match` shows it at once. `Link: rel=\"next\"` leads to the rest of a segment that is too long for one answer. "
                    + "Counts are absolute and as of the end of a second; a comment's counts are never in an earlier segment than the comment.",
                Parameters = ["afterReplay", "If-None-Match"],
                Answers = [new(200, "ReplaySegment"), new(304)],
                Errors = [Error.InvalidParameter, Error.EventNotFound, Error.NotFound],
            });
    }
}
