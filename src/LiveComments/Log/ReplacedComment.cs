namespace LiveComments.Log;

/// <summary>What is still known of a removed comment: that somebody wrote it.</summary>
/// <param name="IsReply">Whether it answered another.</param>
public readonly record struct ReplacedComment(UserId Author, bool IsReply);
