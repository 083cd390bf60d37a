namespace LiveComments.Server.Polls;

/// <summary>Body of <c>PUT /live/{videoID}/polls/{pollID}/vote</c>.</summary>
internal sealed record VoteBody(int? Option, string? UserID);
