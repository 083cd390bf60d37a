namespace LiveComments.Comments;

/// <summary>A comment that was removed and whose text is still there.</summary>
/// <param name="By">Who removed it.</param>
public readonly record struct RemovedComment(Comment Comment, UserId By);
