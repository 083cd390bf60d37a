namespace LiveComments.Server.Comments;

/// <summary>Body of <c>POST /live/{videoID}/comments/{commentID}/reactions</c>.</summary>
internal sealed record PostReactionBody(string? ReactionType, string? UserID);
