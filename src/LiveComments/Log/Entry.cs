namespace LiveComments.Log;

/// <summary>One item of an event's ordered log.</summary>
/// <param name="Seq">Its place: 1, 2, 3 without gaps.</param>
/// <param name="Time">Given when it was placed; never decreases along <paramref name="Seq"/>.</param>
public abstract record Entry(long Seq, DateTimeOffset Time)
{
    /// <summary>The entry as it is shown once a comment was removed: itself, unless the comment's text is in it.</summary>
    public virtual Entry Without(CommentId removed) => this;
}
