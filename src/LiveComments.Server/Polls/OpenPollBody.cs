namespace LiveComments.Server.Polls;

/// <summary>Body of <c>POST /live/{videoID}/polls</c>.</summary>
internal sealed record OpenPollBody(string? Question, IReadOnlyList<string?>? Options, string? Results, int? Seconds);
