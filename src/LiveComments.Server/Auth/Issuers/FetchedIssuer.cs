using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth.Issuers;

/// <summary>
/// The configuration of an external issuer: its keys and addresses. It is fetched when first needed, every hour, and when a token names a new key. While the issuer does not answer, what was
/// fetched stays valid. Nobody waits for a fetch longer than a second and a half, and tokens with made-up keys cause at most one fetch every ten seconds.
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
        // While the issuer does not answer, the key may be one of its new ones.
        return Match(kid) is { } matches && (matches.Count > 0 || !_failing) ? matches : null;
    }

    /// <summary>Its configuration; null while it does not answer. Returns within two seconds.</summary>
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

    /// <summary>False when the fetch takes too long.</summary>
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

    /// <summary>The running fetch, or a new one when the last is older than this.</summary>
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The configuration of {Issuer} cannot be fetched; the cached one stays in use")]
    private static partial void LogFailing(ILogger log, Exception exception, string issuer);

    [LoggerMessage(Level = LogLevel.Information, Message = "The configuration of {Issuer} can be fetched again")]
    private static partial void LogBack(ILogger log, string issuer);
}
