using LiveComments.Accounts;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>
/// Bounds what strangers, however many addresses they have, try at one account: a hundred tries at once and ten an hour after that, so at most 340 on a day and 240
/// on each that follows. A try that was right does not count, and a person on a device on which they logged in before is none of these strangers: what keeps guessing at one
/// address or device slow is <see cref="LogInThrottle"/>.
/// </summary>
internal static class Lockout
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Each = TimeSpan.FromMinutes(6);

    /// <summary>
    /// Counts a try before its outcome is known: were it counted afterwards, all that are under way at once would be free. Null when there are no tries left.
    /// </summary>
    public static Credentials? Count(Credentials credentials, DateTimeOffset now)
    {
        if (credentials.LockedUntil > now)
            return null;
        var full = now - (AtOnce - 1) * Each;
        return credentials with { LockedUntil = (credentials.LockedUntil > full ? credentials.LockedUntil.Value : full) + Each };
    }

    /// <summary>Takes one try back: it was right as far as it went.</summary>
    public static Credentials Uncount(Credentials credentials) => credentials with { LockedUntil = credentials.LockedUntil - Each };
}
