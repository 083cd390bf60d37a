namespace LiveComments.Server.Moderation;

/// <summary>Body of <c>PUT /live/{videoID}/moderation/looking</c>.</summary>
internal sealed record LookBody(string? CommentID = null);
