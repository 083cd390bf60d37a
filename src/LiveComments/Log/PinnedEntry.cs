using LiveComments.Comments;

namespace LiveComments.Log;

/// <summary>
/// A comment was pinned in the place of any other, or with null the pin was taken off. It carries the comment, because those who
/// see it may never have seen that one; in a page read from a store null also stands in the place of a comment that was removed since.
/// </summary>
public sealed record PinnedEntry(long Seq, DateTimeOffset Time, Comment? Comment) : Entry(Seq, Time)
{
    public override Entry Without(CommentId removed) => Comment?.Id == removed ? this with { Comment = null } : this;
}
