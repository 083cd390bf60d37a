namespace LiveComments.Server.Polls;

/// <summary>Body of <c>PATCH /live/{videoID}/polls/{pollID}</c>.</summary>
internal sealed record ClosePollBody(string? Status);
