namespace LiveComments.PersonalData;

/// <summary>A log-in as its owner is shown it.</summary>
/// <param name="EndedAt">Null while it is not over.</param>
/// <param name="Address">Where it came from, and <paramref name="UserAgent"/> from which program; null when that is not known.</param>
public sealed record LogIn(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? EndedAt, string? Address, string? UserAgent);
