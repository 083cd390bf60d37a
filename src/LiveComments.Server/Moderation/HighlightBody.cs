namespace LiveComments.Server.Moderation;

/// <summary>Body of <c>PUT /live/{videoID}/moderation/pinned</c> and of <c>PUT /live/{videoID}/moderation/stage</c>.</summary>
internal sealed record HighlightBody(string? CommentID);
