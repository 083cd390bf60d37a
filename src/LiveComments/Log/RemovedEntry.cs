namespace LiveComments.Log;

/// <summary>
/// A comment was removed. In a page read from a store it also stands in the place of the removed comment itself, so that a
/// page stays gapless and the text is on no path.
/// </summary>
public sealed record RemovedEntry(long Seq, DateTimeOffset Time, CommentId CommentId) : Entry(Seq, Time);
