using LiveComments.Comments;

namespace LiveComments.Log;

/// <summary>A card appeared, or became something else.</summary>
/// <param name="Comment">
/// The comment that a card puts on stage, because its readers may never have seen it; the card itself has the id alone. In a page read from a store, a comment that was removed since is null.
/// </param>
public sealed record CardEntry(long Seq, DateTimeOffset Time, Card Card, Comment? Comment = null) : Entry(Seq, Time)
{
    public override Entry Without(CommentId removed) => Comment?.Id == removed ? this with { Comment = null } : this;
}
