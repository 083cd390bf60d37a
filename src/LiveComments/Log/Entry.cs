namespace LiveComments.Log;

/// <summary>One item of an event's ordered log.</summary>
/// <param name="Seq">Its place: 1, 2, 3 without gaps.</param>
/// <param name="Time">Given when it was placed; never decreases along <paramref name="Seq"/>.</param>
public abstract record Entry(long Seq, DateTimeOffset Time)
{
    /// <summary>The entry after the removal of a comment: itself, unless it contains the comment's text.</summary>
    public virtual Entry Without(CommentId removed) => this;
}
