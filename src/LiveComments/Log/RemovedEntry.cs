namespace LiveComments.Log;

/// <summary>
/// A comment was removed. In a page read from a store, this also replaces the removed comment itself, so that the page has no gap and the text is on no path.
/// </summary>
public sealed record RemovedEntry(long Seq, DateTimeOffset Time, CommentId CommentId) : Entry(Seq, Time)
{
    /// <summary>Where this replaces the comment itself in a page read from a store, whose it was; null elsewhere. For those who count: viewers are not told, and it goes to no other node.</summary>
    public ReplacedComment? Replaces { get; init; }

    /// <summary>True where this replaces the restoration of a comment that was removed again, in a page read from a store.</summary>
    public bool IsRestoration { get; init; }

    /// <summary>Two are equal when they say the same, whatever they replace.</summary>
    public bool Equals(RemovedEntry? other) => base.Equals(other) && CommentId == other.CommentId;

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), CommentId);
}
