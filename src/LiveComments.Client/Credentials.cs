namespace LiveComments.Client;

/// <summary>Who calls: a log-in that is renewed in time, the tokens of another issuer, or nobody.</summary>
/// <param name="refresh">Exchanges a refresh token for the next log-in.</param>
internal sealed class Credentials(LiveCommentsClientOptions options, Func<string, CancellationToken, Task<SignedIn>> refresh) : IDisposable
{
    /// <summary>A token is renewed so long before its end.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(30);

    /// <summary>Where this clock and the server's differ, a token seems to end at once: it is renewed once in this time then, and when the server refuses it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _renewing = new(1, 1);
    private readonly TimeProvider _time = options.Time;
    private long? _renewedAt;

    public SignedIn? SignedIn { get; private set; } = options.SignedIn;

    /// <summary>True when calls carry no token.</summary>
    public bool IsNobody => options.Token is null && SignedIn is null;

    /// <summary>True when there may be another token than the present one.</summary>
    public bool CanRenew => options.Token is not null || SignedIn is { RefreshToken: not null };

    /// <summary>How long the present token is good; null for one that this client cannot renew.</summary>
    public TimeSpan? Left => options.Token is null && SignedIn is { RefreshToken: not null } now ? now.ExpiresAt - _time.GetUtcNow() : null;

    /// <returns>Null for nobody.</returns>
    public async ValueTask<string?> TokenAsync(CancellationToken ct)
    {
        if (options.Token is { } own)
            return await own(ct);
        if (SignedIn is not { } now)
            return null;
        if (Left is not { } left || left > Ahead || (_renewedAt is { } at && _time.GetElapsedTime(at) < Pause))
            return now.Token;
        await RenewAsync(now.Token, ct);
        return SignedIn?.Token;
    }

    /// <summary>Gets another token, because the server refused one.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="LiveCommentsException">The log-in is over, or the server cannot be asked.</exception>
    public async Task<bool> RenewAsync(string refused, CancellationToken ct)
    {
        if (options.Token is { } own)
            return await own(ct) is { } next && next != refused;
        await _renewing.WaitAsync(ct);
        try
        {
            if (SignedIn is not { } now)
                return false;
            // Another call has renewed it meanwhile.
            if (now.Token != refused)
                return true;
            if (now.RefreshToken is not { } token)
                return false;
            try
            {
                var next = await refresh(token, ct);
                // It logged out meanwhile.
                if (SignedIn != now)
                    return SignedIn is not null;
                Set(next);
                return true;
            }
            catch (LiveCommentsException over) when (over.Status is >= 400 and < 500 and not (408 or 429))
            {
                if (SignedIn == now)
                    Set(null);
                throw;
            }
        }
        finally
        {
            _renewing.Release();
        }
    }

    public void Set(SignedIn? next)
    {
        SignedIn = next;
        _renewedAt = next is null ? null : _time.GetTimestamp();
        options.SignedInChanged?.Invoke(next);
    }

    public void Dispose() => _renewing.Dispose();
}
