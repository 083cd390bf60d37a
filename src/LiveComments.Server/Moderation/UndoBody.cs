namespace LiveComments.Server.Moderation;

/// <summary>Body of <c>POST /live/{videoID}/moderation/undo</c>.</summary>
internal sealed record UndoBody(string? DecisionID);
