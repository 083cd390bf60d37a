using LiveComments.Accounts;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>
/// Bounds the tries of strangers at one account, from any number of addresses: a hundred at once and then ten an hour, so at most 340 on the first day and 240 on each following day.
/// Successful tries do not count, nor do tries on a device that logged in before. <see cref="LogInThrottle"/> slows down guessing from a single address or device.
/// </summary>
internal static class Lockout
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Each = TimeSpan.FromMinutes(6);

    /// <summary>
    /// Counts a try before its outcome is known; otherwise all simultaneous tries would be free. Null when there are no tries left.
    /// </summary>
    public static Credentials? Count(Credentials credentials, DateTimeOffset now)
    {
        if (credentials.LockedUntil > now)
            return null;
        var full = now - (AtOnce - 1) * Each;
        return credentials with { LockedUntil = (credentials.LockedUntil > full ? credentials.LockedUntil.Value : full) + Each };
    }

    /// <summary>Takes one try back: it was successful so far.</summary>
    public static Credentials Uncount(Credentials credentials) => credentials with { LockedUntil = credentials.LockedUntil - Each };
}
