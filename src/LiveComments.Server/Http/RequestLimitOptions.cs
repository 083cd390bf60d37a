using System.ComponentModel.DataAnnotations;

namespace LiveComments.Server.Http;

/// <summary>What a request may cost: section <c>LiveComments:Requests</c>. Streams have limits of their own.</summary>
internal sealed class RequestLimitOptions
{
    /// <summary>
    /// How long the server works on a request before it answers 503. Everybody is promised an answer within 2 s; what is left
    /// is for the way.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(1_900);

    /// <summary>
    /// Requests worked on at once; beyond it 503 <c>busy</c>. At 20,000 requests/s this is 0.2 s of work, and about 100 MB when each
    /// holds a full body.
    /// </summary>
    [Range(1, 1_000_000)]
    public int Concurrent { get; set; } = 4_096;
}
