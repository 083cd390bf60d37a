namespace LiveComments.Comments;

/// <summary>
/// Which comments of an event: those with AfterSeq &lt; seq &lt; BeforeSeq, not older than Since (inclusive), only the replies to
/// the comment Thread when it is given; the first Limit of them, or the last when Newest.
/// </summary>
public sealed record PageRequest(long AfterSeq, long BeforeSeq, DateTimeOffset? Since, CommentId? Thread, bool Newest, int Limit);
