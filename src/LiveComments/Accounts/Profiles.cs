using System.Collections.ObjectModel;
using System.Security.Cryptography;
using LiveComments.Caching;
using LiveComments.Clocks;

namespace LiveComments.Accounts;

/// <summary>
/// People's profiles, cached because every comment needs one. A change on this node shows at once, a change elsewhere after at most five minutes, a new name after ten seconds.
/// </summary>
public sealed class Profiles(IAccountStore accounts, ReservedNames reserved, TimeProvider time)
{
    /// <summary>At about 300 bytes each, 30 MB; people who wrote lately are in it even at the documents' peak.</summary>
    private const int Capacity = 100_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FreshUnknown = TimeSpan.FromSeconds(10);

    private readonly BoundedCache<UserId, Entry> _byId = new(Capacity);
    private readonly BoundedCache<string, NameEntry> _byName = new(Capacity, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The profile of a caller. Somebody known only from a token gets an account at this moment: the username is the token's
    /// name if it is a username, free and not reserved, else <c>user-</c> and eight hex digits.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It is not in memory and the store does not answer.</exception>
    public ValueTask<Profile> EnsureAsync(Caller caller, CancellationToken ct) =>
        TryGet(caller.UserId) is { } profile ? new(profile) : LoadAsync(caller, ct);

    /// <summary>The people with these usernames, by username without case; names that nobody has are left out.</summary>
    /// <exception cref="StoreUnavailableException">One of them is not in memory and the store does not answer.</exception>
    public ValueTask<IReadOnlyDictionary<string, Profile>> FindByUsernamesAsync(IReadOnlyCollection<string> usernames, CancellationToken ct)
    {
        if (usernames.Count == 0)
            return new(ReadOnlyDictionary<string, Profile>.Empty);
        var found = new Dictionary<string, Profile>(usernames.Count, StringComparer.OrdinalIgnoreCase);
        List<string>? missing = null;
        var now = time.GetTimestamp();
        foreach (var name in usernames)
        {
            if (!Username.IsValid(name))
                continue;
            if (_byName.TryGet(name, out var entry) && now < entry.Until)
            {
                if (entry.UserId is not { } id)
                    continue;
                if (TryGet(id) is { } profile)
                {
                    found[name] = profile;
                    continue;
                }
            }
            (missing ??= []).Add(name);
        }
        return missing is null ? new(found) : FindAsync(found, missing, ct);
    }

    /// <summary>Makes the next look-up read the store: the account was changed.</summary>
    public void Forget(UserId userId) => _byId.Remove(userId);

    private Profile? TryGet(UserId id) => _byId.TryGet(id, out var entry) && time.GetTimestamp() < entry.Until ? entry.Profile : null;

    private async ValueTask<Profile> LoadAsync(Caller caller, CancellationToken ct)
    {
        var stamp = _byId.Stamp;
        var account = await accounts.FindAsync(caller.UserId, ct) ?? await AddAsync(caller, ct);
        Remember(account.Profile, stamp);
        return account.Profile;
    }

    private async ValueTask<Account> AddAsync(Caller caller, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        // The end of a UUID is random in every version. If two collide, a random name is used.
        var spare = "user-" + caller.UserId.ToString()[^8..];
        var name = NameOf(caller);
        var username = name is not null && Username.IsValid(name) ? name : spare;
        while (true)
        {
            var displayName = name ?? username;
            var account = new Account(caller.UserId, username, null, displayName, null, Role.Viewer, AccountStatus.Active, "{}", now, now);
            var error = await accounts.AddAsync(account, null, ct);
            if (error is null)
                return account;
            if (error != Error.UsernameTaken && await accounts.FindAsync(caller.UserId, ct) is { } added)
                return added;
            username = username == name ? spare : "user-" + RandomNumberGenerator.GetHexString(8, lowercase: true);
        }
    }

    /// <summary>A reserved name is replaced rather than refused: the issuer chose it, and the user may have no other.</summary>
    private string? NameOf(Caller caller) =>
        DisplayName.TryNormalize(caller.Name, out var name) && (caller.Role != Role.Viewer || !reserved.Contains(name)) ? name : null;

    private async ValueTask<IReadOnlyDictionary<string, Profile>> FindAsync(Dictionary<string, Profile> found, List<string> missing, CancellationToken ct)
    {
        var (stamp, nameStamp) = (_byId.Stamp, _byName.Stamp);
        foreach (var account in await accounts.FindByUsernamesAsync(missing, ct))
        {
            found[account.Username] = account.Profile;
            Remember(account.Profile, stamp);
        }
        foreach (var name in missing)
            if (!found.ContainsKey(name))
                _byName.Set(name, new NameEntry(null, Until(FreshUnknown)), nameStamp);
        return found;
    }

    private void Remember(Profile profile, long stamp)
    {
        _byId.Set(profile.UserId, new Entry(profile, Until(Fresh)), stamp);
        _byName.Set(profile.Username, new NameEntry(profile.UserId, Until(Fresh)), _byName.Stamp);
    }

    private long Until(TimeSpan fresh) => time.GetTimestamp() + time.Ticks(fresh);

    private readonly record struct Entry(Profile Profile, long Until);

    private readonly record struct NameEntry(UserId? UserId, long Until);
}
