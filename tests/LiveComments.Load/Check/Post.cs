using LiveComments.Load.Protocol;

namespace LiveComments.Load.Check;

/// <summary>One comment of a run, from when it was due to what became of it. Times are <see cref="Net.Clock"/> microseconds.</summary>
/// <param name="user">Whose token it is posted with.</param>
/// <param name="room">The number of the event it is for.</param>
internal sealed class Post(long number, int user, string text, int room = 0)
{
    public long Number => number;

    public int User => user;

    public int Room => room;

    public string Text => text;

    /// <summary>The same for every try, so that however often it is sent it is one comment.</summary>
    public string IdempotencyKey { get; } = Key.Of(number);

    /// <summary>When it was to be sent; latencies count from here.</summary>
    public long Due { get; set; }

    /// <summary>When it was last sent.</summary>
    public long Sent { get; set; }

    /// <summary>True while an answer is awaited.</summary>
    public bool UnderWay { get; set; }

    /// <summary>When it was answered for good; 0 before.</summary>
    public long Settled { get; set; }

    /// <summary>Empty unless it was acknowledged.</summary>
    public Guid CommentId { get; set; }

    public long Seq { get; set; }

    /// <summary>The code it was refused with for good.</summary>
    public string? Refusal { get; set; }

    public bool IsAcked => Seq > 0;
}
