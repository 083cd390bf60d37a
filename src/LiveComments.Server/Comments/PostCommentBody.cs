using LiveComments.Comments;

namespace LiveComments.Server.Comments;

/// <summary>Body of <c>POST /live/{videoID}/comments</c>.</summary>
internal sealed record PostCommentBody(string? CommentText, string? UserID, string? ReplyToCommentID, ClientProgram? Client, bool? Question);
