using System.Net;
using LiveComments.Caching;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>
/// Slows down guessing at one account from one address, or from one device that logged in to it before: after the fifth wrong try it blocks for a minute, and after each further one for
/// twice as long, up to an hour. Nobody else is blocked. Names and e-mail addresses that nobody has are counted as accounts, so that a block does not tell which exist. The counts are in this node's memory; <see cref="Lockout"/> bounds the tries from many addresses and is stored with the account.
/// </summary>
internal sealed class LogInThrottle(TimeProvider time)
{
    private const int FreeTries = 5;

    /// <summary>Counts of each kind. At about 200 bytes each, 13 MB; a forgotten count starts again.</summary>
    private const int Remembered = 65_536;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();

    // Separate, so that strangers who try many names do not push out the counts of devices.
    private readonly BoundedCache<(UserId, IPAddress), Count> _addresses = new(Remembered);
    private readonly BoundedCache<Guid, Count> _devices = new(Remembered);

    /// <summary>
    /// Counts a try before its outcome is known: were it counted afterwards, all that are under way at once would be free. Null when it may be made, otherwise how
    /// long to wait.
    /// </summary>
    public TimeSpan? Take(UserId account, SignInSource source)
    {
        lock (_gate)
        {
            var (failed, lockedUntil) = Find(account, source);
            var now = time.GetUtcNow();
            if (lockedUntil > now)
                return lockedUntil - now;
            Set(account, source, new Count(failed + 1, failed + 1 < FreeTries ? default : now + Duration(failed + 1)));
            return null;
        }
    }

    /// <summary>Takes one try back: it was successful so far, or not made at all.</summary>
    public void GiveBack(UserId account, SignInSource source)
    {
        lock (_gate)
            Set(account, source, new Count(Math.Max(0, Find(account, source).Failed - 1), default));
    }

    /// <summary>Forgets every try: this one was right.</summary>
    public void Forget(UserId account, SignInSource source)
    {
        lock (_gate)
            Set(account, source, default);
    }

    private Count Find(UserId account, SignInSource source)
    {
        Count count;
        return (source.Device is { } device ? _devices.TryGet(device.Id, out count) : _addresses.TryGet((account, source.Address), out count)) ? count : default;
    }

    private void Set(UserId account, SignInSource source, Count count)
    {
        if (source.Device is { } device)
            _devices.Set(device.Id, count, _devices.Stamp);
        else
            _addresses.Set((account, source.Address), count, _addresses.Stamp);
    }

    private static TimeSpan Duration(int failed)
    {
        var minutes = Math.Pow(2, Math.Min(failed - FreeTries, 10));
        return minutes < Longest.TotalMinutes ? TimeSpan.FromMinutes(minutes) : Longest;
    }

    private readonly record struct Count(int Failed, DateTimeOffset LockedUntil);
}
