using Microsoft.Extensions.Hosting;

namespace LiveComments.Moderation;

/// <summary>
/// Tells <see cref="Restrictions"/> what moderators decide on other nodes: asks the store once a second what has changed since, and at once when another node says so. Before the first request it
/// reads all that holds, so that a restart forgets nothing.
/// </summary>
public sealed class RestrictionWatch(IModerationStore store, Restrictions restrictions, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _look = new(0, 1);
    private readonly SemaphoreSlim _reading = new(1);
    private long _known;

    /// <summary>Tells other nodes that something has changed. Set once, before the first change.</summary>
    internal Action Told { get; set; } = static () => { };

    /// <summary>Asks soon: another node says that something has changed.</summary>
    public void Look()
    {
        lock (_look)
            if (_look.CurrentCount == 0)
                _look.Release();
    }

    /// <summary>Something was changed on this node: returns when it holds here, and other nodes are told.</summary>
    /// <exception cref="StoreUnavailableException">It is found within a second of the store's answering again.</exception>
    public async ValueTask ChangedAsync(CancellationToken ct)
    {
        Told();
        await ReadAsync(ct);
    }

    public override void Dispose()
    {
        base.Dispose();
        _look.Dispose();
        _reading.Dispose();
    }

    /// <exception cref="StoreUnavailableException">Restrictions cannot be read, so the server does not start.</exception>
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
        // One after another, so that an older answer never replaces a newer one.
        await _reading.WaitAsync(ct);
        try
        {
            var changes = await store.RestrictionsAsync(_known, ct);
            foreach (var restriction in changes.Restrictions)
                restrictions.Learn(restriction);
            _known = changes.Change;
        }
        finally
        {
            _reading.Release();
        }
    }
}
