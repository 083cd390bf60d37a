namespace LiveComments.Server.Moderation;

/// <summary>Body of <c>POST /admin/network-blocks</c>.</summary>
internal sealed record NetworkBlockBody(string? Network, long? Seconds, string? Reason, bool DryRun = false);
