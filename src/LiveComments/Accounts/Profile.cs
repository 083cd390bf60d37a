namespace LiveComments.Accounts;

/// <summary>How everybody sees a person.</summary>
public sealed record Profile(UserId UserId, string Username, string DisplayName, string? AvatarUrl);
