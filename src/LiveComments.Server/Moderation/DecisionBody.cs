namespace LiveComments.Server.Moderation;

/// <summary>Body of <c>POST /live/{videoID}/moderation/decisions</c>.</summary>
internal sealed record DecisionBody(string? Action, string?[]? CommentIDs, string?[]? UserIDs, int? Seconds, string? Reason, bool Everywhere = false, bool Network = false);
