namespace LiveComments.Log;

/// <summary>One entry without what it says.</summary>
/// <param name="Kind">What was written first: a comment stays one after its removal. A kind of a newer program is a number without a name.</param>
/// <param name="Comment">The comment that it is, or is about; the empty id for others.</param>
/// <param name="Author">Who wrote the comment, where it is one; else the empty id.</param>
/// <param name="IsReply">Whether the comment answers another.</param>
/// <param name="Length">The characters (code points) of the comment's text; 0 once it was erased.</param>
/// <param name="Platform">As the program that the comment was written with named it; null when it did not, or it was erased.</param>
public readonly record struct EntryOutline(long Seq, DateTimeOffset Time, EntryKind Kind, CommentId Comment, UserId Author, bool IsReply, int Length, string? Platform);
