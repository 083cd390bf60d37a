using LiveComments.Feeds;
using LiveComments.Server.Http;

namespace LiveComments.Server.Streams;

/// <summary>Where a client wants its stream to start, from the request.</summary>
/// <param name="After">The last position it has; null for the beginning when <paramref name="Resumes"/>, otherwise for now.</param>
/// <param name="Sampled">False when it asks for every comment.</param>
internal readonly record struct StreamStart(Position? After, bool Resumes, bool Sampled)
{
    /// <summary><c>Last-Event-ID</c> wins over <c>?after</c>: an EventSource repeats its URL when it reconnects.</summary>
    public static IResult? Read(HttpRequest request, bool allowUnsampled, out StreamStart start)
    {
        start = new StreamStart(null, false, true);
        var sample = request.Query["sample"].ToString();
        if (sample == "off" && !allowUnsampled)
            return Problem.Of(Error.Forbidden, "This server shows busy events as a sample only.");
        if (sample is not ("" or "on" or "off"))
            return Problem.Of(Error.InvalidParameter, "sample is on or off.");
        var last = request.Headers["Last-Event-ID"];
        var after = (last.Count > 0 ? last : request.Query["after"]).ToString();
        if (after is not ("" or "start") && !Position.TryParse(after, out _))
            return Problem.Of(Error.InvalidPosition);
        start = new StreamStart(Position.TryParse(after, out var position) ? position : null, after.Length > 0, sample != "off");
        return null;
    }

    /// <summary>The seq to continue after, and the reason when it is not the requested one.</summary>
    public long Resolve(RoomFeed feed, FanOut fanOut, out string? reset)
    {
        reset = null;
        var head = feed.Head.Seq;
        if (!Resumes)
            return head;
        var seq = After?.Seq ?? 0;
        reset = After is { } after && after.Epoch != feed.Epoch ? "epoch"
            : seq > head ? "beyond-head"
            : head - seq > fanOut.Options.ResumeEntries ? "too-far-behind"
            : null;
        fanOut.Metrics.Resumes.Add(1, new KeyValuePair<string, object?>("source", reset is not null ? "reset" : seq + 1 >= feed.FirstInMemory ? "ring" : "store"));
        return reset is null ? seq : head;
    }
}
