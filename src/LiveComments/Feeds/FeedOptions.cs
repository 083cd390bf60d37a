using System.ComponentModel.DataAnnotations;

namespace LiveComments.Feeds;

/// <summary>How viewers are served: section <c>LiveComments:Feeds</c>.</summary>
public sealed class FeedOptions
{
    /// <summary>
    /// A busy room is shown in steps of this length; a quiet one at once. One system call per viewer and step is what a
    /// delivery costs, and 30 ms, two pictures of a screen, is below what anybody sees.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan Tick { get; set; } = TimeSpan.FromMilliseconds(30);

    /// <summary>
    /// Threads that send: by default one for every two cores. The kernel's receiving side and the clients' requests need the others; on two cores,
    /// 5,000 viewers cost a fifth less with one thread than with two.
    /// </summary>
    [Range(1, 256)]
    public int Senders { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Frames a room keeps for viewers who fall behind and for resuming: 30 s of a busy room. A power of two.</summary>
    [Range(16, 65_536)]
    public int RingFrames { get; set; } = 1_024;

    /// <summary>Entries a room keeps in memory, at about 1 KB each.</summary>
    [Range(256, 1_000_000)]
    public int RingEntries { get; set; } = 16_384;

    /// <summary>Comments per second a room shows; of more, it shows a sample. About 90 KB/s, as much as a phone should get.</summary>
    [Range(1, 1_000_000)]
    public int DisplayBudget { get; set; } = 200;

    /// <summary>False refuses <c>?sample=off</c>.</summary>
    public bool AllowUnsampled { get; set; } = true;

    /// <summary>Entries a viewer may be behind and still get every one; further behind is a <c>reset</c>.</summary>
    [Range(100, 1_000_000)]
    public int ResumeEntries { get; set; } = 10_000;

    /// <summary>Reaction counts of a room are shown at most this often.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ReactionTick { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The number of viewers is shown at most this often.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ViewersTick { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>A viewer who takes nothing for this long is closed with 4008.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SlowAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a closing viewer has to read the close frame before the connection is cut.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan CloseWithin { get; set; } = TimeSpan.FromSeconds(2.5);

    /// <summary>A viewer is pinged this often.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan PingEvery { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A connection from which nothing was heard for this long is cut.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromSeconds(43);

    /// <summary>Kernel send buffer of a connection in bytes; the kernel doubles it. The default of Linux would let a deaf viewer hold 4 MB.</summary>
    [Range(4_096, 4_194_304)]
    public int SendBuffer { get; set; } = 65_536;

    /// <summary>A feed that nobody watches is closed after this time.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleClose { get; set; } = TimeSpan.FromMinutes(1);
}
