namespace LiveComments.Server.Moderation;

/// <summary>Body of <c>POST /live/{videoID}/comments/{commentID}/reports</c>.</summary>
internal sealed record ReportBody(string? Reason);
