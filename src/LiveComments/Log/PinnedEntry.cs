using LiveComments.Comments;

namespace LiveComments.Log;

/// <summary>
/// A comment was pinned, replacing any other, or with null unpinned. The entry carries the comment, because its readers may never have seen it. In a page read from a store, a comment that
/// was removed since is null.
/// </summary>
public sealed record PinnedEntry(long Seq, DateTimeOffset Time, Comment? Comment) : Entry(Seq, Time)
{
    public override Entry Without(CommentId removed) => Comment?.Id == removed ? this with { Comment = null } : this;
}
