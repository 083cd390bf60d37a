using LiveComments.Comments;

namespace LiveComments.Log;

/// <summary>
/// A removed comment is back. The entry carries the whole comment with the position that it always had, because its readers may never have seen it. In a page read from a store, a comment that
/// was removed again is replaced by its removal.
/// </summary>
public sealed record RestoredEntry(long Seq, DateTimeOffset Time, Comment Comment) : Entry(Seq, Time)
{
    public override Entry Without(CommentId removed) => Comment.Id == removed ? new RemovedEntry(Seq, Time, removed) : this;
}
