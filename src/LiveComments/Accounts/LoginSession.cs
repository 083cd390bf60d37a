namespace LiveComments.Accounts;

/// <summary>One log-in on one device: the documents' <c>user_sessions</c> row.</summary>
/// <param name="Hashes">Of the newest refresh token; the token itself is nowhere but with its owner.</param>
/// <param name="ExpiresAt">Moves with every refresh.</param>
/// <param name="Address">Where the log-in came from, and <paramref name="UserAgent"/> from which program, for its owner to recognize it.</param>
public sealed record LoginSession(
    Guid Id,
    UserId UserId,
    RefreshHashes Hashes,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    string? Address,
    string? UserAgent)
{
    /// <summary>Log-ins that one account may have: more than anybody has devices, and few enough to be ended together within a request.</summary>
    public const int EachUser = 50;
}
