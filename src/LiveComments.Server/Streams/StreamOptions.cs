using System.ComponentModel.DataAnnotations;

namespace LiveComments.Server.Streams;

/// <summary>What one stream may do: section <c>LiveComments:Stream</c>.</summary>
internal sealed class StreamOptions
{
    /// <summary>Open streams of this node. At 12 KB each the default is about 1.2 GB; beyond it a viewer is answered 503 <c>busy</c>.</summary>
    [Range(1, 10_000_000)]
    public int MaxConnections { get; set; } = 100_000;

    /// <summary>
    /// Whether WebSockets that offer permessage-deflate, as browsers do, get it: a third of the bytes in a busy room. A batch is compressed once for all of them,
    /// so only the processor of a node with many rooms and few viewers in each would notice; false sends them plain frames.
    /// </summary>
    public bool Compression { get; set; } = true;

    /// <summary>Comments and reactions of one socket that wait for their answer; beyond it the socket is not read.</summary>
    [Range(1, 100_000)]
    public int InFlight { get; set; } = 512;

    /// <summary>
    /// How long a full queue stops the reading of a socket before its comments are answered <c>busy</c>. What came meanwhile waits as long again, and then in the queue and for a commit:
    /// longer than a quarter of a second, and answers of a flooded event come later than in 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long a stopping server keeps working while <c>/healthz/ready</c> says that it is not ready, so that balancers send new work elsewhere first. Set it to the probes' interval times
    /// the failures they wait for; zero by default, without a balancer.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainAfter { get; set; }

    /// <summary>How long stopping then waits for answers under way and for sockets to close.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainWithin { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Viewers of a stopping node are told to come back at a random time within this.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ReconnectSpread { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether a node that has many more viewers than the others asks some of them, a few a second, to come back elsewhere, as after another node was started again. False where the balancer is meant
    /// to give nodes unequal shares.
    /// </summary>
    public bool EvenOut { get; set; } = true;
}
