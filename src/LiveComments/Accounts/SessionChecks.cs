namespace LiveComments.Accounts;

/// <summary>
/// Tells which callers of open sockets may no longer be trusted although their tokens have not expired: what happened on this
/// node at once (<see cref="SessionEnded"/>), everything else when asked.
/// </summary>
public sealed class SessionChecks(IAccountStore accounts, TimeProvider time)
{
    /// <summary>Log-ins asked about in one read: at about 5 us each it keeps a reader for 5 ms.</summary>
    private const int Page = 1_000;

    // Access tokens of a log-in that ended are refused here for as long as they live: at about 100 bytes each, 6 MB.
    private readonly BoundedCache<Guid, bool> _ended = new(65_536);

    /// <summary>
    /// Raised with its id when a log-in ends on this node: log-out, a reused refresh token, a new password. Handlers run on the
    /// thread of the call that ended it and only take note.
    /// </summary>
    public event Action<Guid>? SessionEnded;

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

    /// <summary>Whether a log-in ended on this node lately.</summary>
    public bool HasEnded(Guid sessionId) => _ended.TryGet(sessionId, out _);

    /// <summary>Remembers that a log-in is over, and raises <see cref="SessionEnded"/>.</summary>
    public void Announce(Guid sessionId)
    {
        _ended.Set(sessionId, true, _ended.Stamp);
        SessionEnded?.Invoke(sessionId);
    }

    /// <summary>For a socket that can hear of it only now: raises <see cref="SessionEnded"/> again when the caller's log-in ended while it was opened.</summary>
    public void Recheck(Caller caller)
    {
        if (caller.SessionId is { } session && HasEnded(session))
            SessionEnded?.Invoke(session);
    }
}
