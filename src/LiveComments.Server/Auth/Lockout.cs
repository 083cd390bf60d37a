using LiveComments.Accounts;

namespace LiveComments.Server.Auth;

/// <summary>
/// Slows down guessing at one account: after the fifth try that was not right it is locked for a minute, after each further one
/// for twice as long, up to an hour.
/// </summary>
internal static class Lockout
{
    private const int FreeTries = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>
    /// Counts a try before its outcome is known: were it counted afterwards, all that are under way at once would be free.
    /// </summary>
    public static Credentials Count(Credentials credentials, DateTimeOffset now)
    {
        var failed = credentials.FailedLogins + 1;
        return credentials with { FailedLogins = failed, LockedUntil = failed < FreeTries ? null : now + Duration(failed) };
    }

    /// <summary>Takes one try back: it was right as far as it went.</summary>
    public static Credentials Uncount(Credentials credentials) => credentials with { FailedLogins = Math.Max(0, credentials.FailedLogins - 1), LockedUntil = null };

    /// <summary>Forgets every try: this one was right.</summary>
    public static Credentials Reset(Credentials credentials) => credentials with { FailedLogins = 0, LockedUntil = null };

    private static TimeSpan Duration(int failed)
    {
        var minutes = Math.Pow(2, Math.Min(failed - FreeTries, 10));
        return minutes < Longest.TotalMinutes ? TimeSpan.FromMinutes(minutes) : Longest;
    }
}
