using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth.Issuers;

/// <summary>
/// What an external issuer says of itself, its keys and addresses, fetched when it is first needed, every hour and when a token
/// names a new key. What was fetched stays good while the issuer does not answer; nobody waits for it longer than a second and a
/// half, and strangers who name keys that do not exist make it be asked every ten seconds at most.
/// </summary>
internal sealed partial class FetchedIssuer(
    string issuer, Func<CancellationToken, Task<OpenIdConnectConfiguration>> fetch, TimeProvider time, ILogger log) : IIssuerKeys, IAsyncDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan BetweenFetches = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile OpenIdConnectConfiguration? _described;
    private Task _fetching = Task.CompletedTask;
    private long? _fetchedAt;
    private volatile bool _failing;

    public async ValueTask<IReadOnlyList<SecurityKey>?> FindAsync(string? kid, CancellationToken ct)
    {
        if (Match(kid) is { Count: > 0 } known)
        {
            _ = FetchAfter(Fresh);
            return known;
        }
        if (!await FetchedAsync(ct))
            return Match(kid) is { Count: > 0 } late ? late : null;
        // As long as it does not answer, nobody knows whether the key is one of its new ones.
        return Match(kid) is { } matches && (matches.Count > 0 || !_failing) ? matches : null;
    }

    /// <summary>Its own description; null as long as it does not answer. Returns within two seconds.</summary>
    public async ValueTask<OpenIdConnectConfiguration?> DescribeAsync(CancellationToken ct)
    {
        if (_described is { } known)
        {
            _ = FetchAfter(Fresh);
            return known;
        }
        await FetchedAsync(ct);
        return _described;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _fetching;
        _stopping.Dispose();
    }

    /// <summary>False when it takes longer than anybody waits.</summary>
    private async ValueTask<bool> FetchedAsync(CancellationToken ct)
    {
        try
        {
            await FetchAfter(BetweenFetches).WaitAsync(Patience, time, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>The fetch that is under way, or a new one if the last is older than this.</summary>
    private Task FetchAfter(TimeSpan age)
    {
        lock (_gate)
        {
            if (_fetching.IsCompleted && !_stopping.IsCancellationRequested && (_fetchedAt is not { } at || time.GetElapsedTime(at) >= (_failing ? BetweenFetches : age)))
            {
                _fetchedAt = time.GetTimestamp();
                _fetching = FetchAsync();
            }
            return _fetching;
        }
    }

    private async Task FetchAsync()
    {
        // Off the caller's stack and out of the lock.
        await Task.Yield();
        try
        {
            _described = await fetch(_stopping.Token);
            if (_failing)
                LogBack(log, issuer);
            _failing = false;
        }
        catch (Exception e)
        {
            if (!_failing && !_stopping.IsCancellationRequested)
                LogFailing(log, e, issuer);
            _failing = true;
        }
    }

    private IReadOnlyList<SecurityKey>? Match(string? kid) =>
        _described is not { SigningKeys: var keys } ? null : kid is null ? [.. keys] : [.. keys.Where(key => key.KeyId == kid)];

    [LoggerMessage(Level = LogLevel.Warning, Message = "What {Issuer} says of itself cannot be fetched; what is in memory stays")]
    private static partial void LogFailing(ILogger log, Exception exception, string issuer);

    [LoggerMessage(Level = LogLevel.Information, Message = "What {Issuer} says of itself is fetched again")]
    private static partial void LogBack(ILogger log, string issuer);
}
