namespace LiveComments.Log;

/// <summary>
/// A comment was removed. In a page read from a store, this also replaces the removed comment itself, so that the page has no gap and the text is on no path.
/// </summary>
public sealed record RemovedEntry(long Seq, DateTimeOffset Time, CommentId CommentId) : Entry(Seq, Time);
