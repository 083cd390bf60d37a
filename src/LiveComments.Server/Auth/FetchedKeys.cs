using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth;

/// <summary>
/// An external issuer's keys, fetched when they are first needed, every hour and when a token names a new one. What was fetched
/// stays good while the issuer does not answer; nobody waits for it longer than a second and a half, and strangers who name keys
/// that do not exist make it be asked every ten seconds at most.
/// </summary>
internal sealed partial class FetchedKeys(
    string issuer, Func<CancellationToken, Task<IReadOnlyList<SecurityKey>>> fetch, TimeProvider time, ILogger log) : IIssuerKeys, IAsyncDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan BetweenFetches = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile IReadOnlyList<SecurityKey>? _keys;
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
        try
        {
            await FetchAfter(BetweenFetches).WaitAsync(Patience, time, ct);
        }
        catch (TimeoutException)
        {
            return Match(kid) is { Count: > 0 } late ? late : null;
        }
        // As long as it does not answer, nobody knows whether the key is one of its new ones.
        return Match(kid) is { } matches && (matches.Count > 0 || !_failing) ? matches : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _fetching;
        _stopping.Dispose();
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
            _keys = await fetch(_stopping.Token);
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
        _keys is not { } keys ? null : kid is null ? keys : [.. keys.Where(key => key.KeyId == kid)];

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys of {Issuer} cannot be fetched; those in memory stay")]
    private static partial void LogFailing(ILogger log, Exception exception, string issuer);

    [LoggerMessage(Level = LogLevel.Information, Message = "The keys of {Issuer} are fetched again")]
    private static partial void LogBack(ILogger log, string issuer);
}
