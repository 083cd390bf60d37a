using Microsoft.Extensions.Hosting;

namespace LiveComments.Accounts;

/// <summary>
/// Tells <see cref="SessionChecks"/> what other processes do to accounts and log-ins, such as an operator on the command line: asks the store once a second
/// what has changed since. Before the first request it reads all that matters, so that a restart forgets nothing.
/// </summary>
/// <param name="tokenLifetime">How long an access token is valid. Log-ins that ended longer ago do not matter any more.</param>
public sealed class AccountWatch(IAccountStore accounts, SessionChecks checks, TimeSpan tokenLifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _look = new(0, 1);
    private long _known;

    /// <summary>Asks now: another node says that something has changed.</summary>
    public void Look()
    {
        lock (_look)
            if (_look.CurrentCount == 0)
                _look.Release();
    }

    public override void Dispose()
    {
        base.Dispose();
        _look.Dispose();
    }

    /// <exception cref="StoreUnavailableException">Permissions cannot be read, so the server does not start.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        var look = _look.WaitAsync(stoppingToken);
        while (true)
        {
            await await Task.WhenAny(tick, look);
            if (tick.IsCompleted)
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            if (look.IsCompleted)
                look = _look.WaitAsync(stoppingToken);
            try
            {
                await ReadAsync(stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // What is known stays. The next try is in a second.
            }
        }
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        var changes = await accounts.ChangesAsync(_known, time.GetUtcNow() - tokenLifetime, ct);
        foreach (var standing in changes.Accounts)
            checks.Learn(standing);
        foreach (var session in changes.EndedSessions)
            checks.Announce(session);
        _known = changes.Change;
    }
}
