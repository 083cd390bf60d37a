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

/// <summary>
/// SHA-256 hashes of the two halves of a refresh token. The family is the same in all tokens of a log-in, the secret is new
/// in each: with the right family and another secret, a token is an old one, and neither a guess nor a forgery.
/// </summary>
public sealed record RefreshHashes(ReadOnlyMemory<byte> Family, ReadOnlyMemory<byte> Secret);

/// <summary>The refresh token that takes the place of the one that is presented.</summary>
/// <param name="Secret">The hash of its secret.</param>
/// <param name="Sealed">The token itself, readable only by whom it comes from: a client that did not get it is told it again.</param>
public sealed record NextRefresh(ReadOnlyMemory<byte> Secret, string Sealed);

/// <summary>What became of an attempt to refresh.</summary>
/// <param name="UserId">Whose log-in it is, unless the outcome is <see cref="RotationOutcome.Unknown"/>.</param>
/// <param name="Sealed">The newest token's <see cref="NextRefresh.Sealed"/>, when the outcome is <see cref="RotationOutcome.Repeated"/>.</param>
public readonly record struct Rotation(RotationOutcome Outcome, UserId UserId, string? Sealed = null)
{
    /// <summary>
    /// For so long after an exchange the same token gives the same answer: the first may have got lost, as when a page is reloaded while it is under way. Longer than
    /// clients try again, and short beside the life of an access token, so that whoever copied a token is still found out.
    /// </summary>
    public static readonly TimeSpan Repeatable = TimeSpan.FromMinutes(1);
}

/// <summary>See <see cref="Rotation"/>.</summary>
public enum RotationOutcome
{
    /// <summary>No such log-in, or it is over, or the token never was one of its.</summary>
    Unknown,

    /// <summary>The next token is the newest now.</summary>
    Rotated,

    /// <summary>The token was exchanged less than <see cref="Rotation.Repeatable"/> ago, for what is still the newest.</summary>
    Repeated,

    /// <summary>The token was exchanged before that; the log-in is over.</summary>
    Reused,

    /// <summary>The token was this log-in's, and the account is suspended, whatever else became of the log-in.</summary>
    Suspended,
}
