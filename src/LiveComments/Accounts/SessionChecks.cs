using System.Collections.Concurrent;
using LiveComments.Caching;

namespace LiveComments.Accounts;

/// <summary>
/// Tells what callers are whose tokens have not expired: nobody any more, suspended, or of another role than the token says. It knows from memory: what
/// happened on this node at once, everything else within about a second from <see cref="AccountWatch"/>.
/// </summary>
public sealed class SessionChecks(IAccountStore accounts, TimeProvider time)
{
    /// <summary>Log-ins checked in one read. At about 5 us each, a reader is busy for 5 ms.</summary>
    private const int Page = 1_000;

    // Access tokens of a log-in that ended are refused here for as long as they live: at about 100 bytes each, 6 MB.
    private readonly BoundedCache<Guid, bool> _ended = new(65_536);

    // Of accounts that are, or were, something else than active viewers: staff and the suspended. At about 150 bytes each a hundred thousand are 15 MB; as many as
    // operators appointed or suspended by hand.
    private readonly ConcurrentDictionary<UserId, AccountStanding> _standings = new();

    /// <summary>
    /// Raised with its id when it is learned that a log-in is over: log-out, a reused refresh token, a new password. Handlers run on the
    /// thread of whoever learned it and only take note.
    /// </summary>
    public event Action<Guid>? SessionEnded;

    /// <summary>Raised when an account is something else than was known. Handlers run on the thread of whoever learned it and only take note.</summary>
    public event Action<UserId>? StandingChanged;

    /// <summary>
    /// What a verified caller is now. The role of a log-in is its account's; printed tokens and those of other issuers keep the role that they name.
    /// Costs a look into memory.
    /// </summary>
    /// <returns>The caller, or <see cref="Error.InvalidToken"/> when the log-in is over, <see cref="Error.AccountSuspended"/>, or <see cref="Error.AccountErased"/>.</returns>
    public (Caller? Caller, Error? Error) Now(Caller caller)
    {
        _standings.TryGetValue(caller.UserId, out var standing);
        if (caller.SessionId is { } session)
        {
            // The log-ins of an erased account have ended with it.
            if (standing?.Status is AccountStatus.Erased || (standing?.Status is not AccountStatus.Suspended && HasEnded(session)))
                return (null, Error.InvalidToken);
            var role = standing?.Role ?? Role.Viewer;
            if (role != caller.Role)
                caller = caller with { Role = role };
        }
        return standing?.Status switch
        {
            AccountStatus.Suspended => (null, Error.AccountSuspended),
            AccountStatus.Erased => (null, Error.AccountErased),
            _ => (caller, null),
        };
    }

    /// <summary>Remembers what was read of an account, unless something newer is known.</summary>
    public void Learn(AccountStanding read)
    {
        while (true)
        {
            if (!_standings.TryGetValue(read.UserId, out var known))
            {
                // Changes that nobody announces.
                if (read is { Role: Role.Viewer, Status: AccountStatus.Active })
                    return;
                if (!_standings.TryAdd(read.UserId, read))
                    continue;
            }
            else if (known.Version >= read.Version)
                return;
            else if (!_standings.TryUpdate(read.UserId, read, known))
                continue;
            if (known?.Role != read.Role || known.Status != read.Status)
                StandingChanged?.Invoke(read.UserId);
            return;
        }
    }

    /// <summary>The accounts that are known to be erased: all of the store's, from the start on.</summary>
    public IReadOnlyList<UserId> Erased() => [.. _standings.Values.Where(standing => standing.Status == AccountStatus.Erased).Select(standing => standing.UserId)];

    /// <summary>Those of the callers who are no longer valid, with the reason to give them.</summary>
    /// <returns>
    /// <see cref="Error.TokenExpired"/>, or <see cref="Error.InvalidToken"/> when the log-in is over, the account is gone or
    /// suspended, or its role is not the token's any more.
    /// </returns>
    /// <exception cref="StoreUnavailableException">Nothing is known; ask again later.</exception>
    public async ValueTask<IReadOnlyList<(Caller Caller, Error Error)>> InvalidAsync(IReadOnlyCollection<Caller> open, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var invalid = new List<(Caller, Error)>();
        foreach (var page in open.Chunk(Page))
        {
            var standing = await accounts.StandingAsync(
                [.. page.Select(caller => caller.SessionId).OfType<Guid>().Distinct()],
                [.. page.Where(caller => caller.SessionId is null).Select(caller => caller.UserId).Distinct()], now, ct);
            foreach (var caller in page)
            {
                if (caller.ExpiresAt <= now)
                    invalid.Add((caller, Error.TokenExpired));
                else if (caller.SessionId is { } session
                    ? !standing.Sessions.TryGetValue(session, out var role) || role != caller.Role
                    : standing.Suspended.Contains(caller.UserId))
                    invalid.Add((caller, Error.InvalidToken));
            }
        }
        return invalid;
    }

    /// <summary>Whether it is known that a log-in ended lately.</summary>
    public bool HasEnded(Guid sessionId) => _ended.TryGet(sessionId, out _);

    /// <summary>Remembers that a log-in is over, and raises <see cref="SessionEnded"/>.</summary>
    public void Announce(Guid sessionId)
    {
        if (HasEnded(sessionId))
            return;
        _ended.Set(sessionId, true, _ended.Stamp);
        SessionEnded?.Invoke(sessionId);
    }

    /// <summary>
    /// For a socket that can hear of it only now: raises <see cref="SessionEnded"/> or <see cref="StandingChanged"/> again when the caller became somebody else
    /// while it was opened.
    /// </summary>
    public void Recheck(Caller caller)
    {
        if (caller.SessionId is { } session && HasEnded(session))
            SessionEnded?.Invoke(session);
        else if (Now(caller).Caller != caller)
            StandingChanged?.Invoke(caller.UserId);
    }
}
