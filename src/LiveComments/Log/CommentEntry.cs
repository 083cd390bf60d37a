using LiveComments.Comments;

namespace LiveComments.Log;

/// <summary>A comment was written.</summary>
/// <param name="Client">The program it was written with, for analysis: viewers are not told. Null when it did not say.</param>
public sealed record CommentEntry(long Seq, Comment Comment, ClientProgram? Client = null) : Entry(Seq, Comment.Time)
{
    public override Entry Without(CommentId removed) => Comment.Id == removed ? new RemovedEntry(Seq, Time, removed) : this;
}
