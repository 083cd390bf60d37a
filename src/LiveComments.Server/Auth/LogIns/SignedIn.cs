namespace LiveComments.Server.Auth.LogIns;

/// <summary>What somebody has after logging in.</summary>
/// <param name="ExpiresAt">When <paramref name="Token"/> does.</param>
internal sealed record SignedIn(UserId UserId, string Token, DateTimeOffset ExpiresAt, string RefreshToken, DateTimeOffset RefreshExpiresAt);
