using Microsoft.Extensions.Hosting;

namespace LiveComments.Stores;

/// <summary>
/// Asks the store once a second what has changed since, and at once when another node says so. Before the first request it reads all that matters, so that a restart forgets nothing.
/// </summary>
public abstract class ChangeWatch(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _look = new(0, 1);
    private readonly SemaphoreSlim _reading = new(1);

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
        await ReadInTurnAsync(ct);
    }

    public override void Dispose()
    {
        base.Dispose();
        _look.Dispose();
        _reading.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <exception cref="StoreUnavailableException">Nothing can be read, so the server does not start.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReadInTurnAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads what has changed since the last time. One call at a time, so that an older answer never replaces a newer one.</summary>
    /// <exception cref="StoreUnavailableException"/>
    protected abstract Task ReadAsync(CancellationToken ct);

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
                await ReadInTurnAsync(stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // What is known stays. The next try is in a second.
            }
        }
    }

    private async Task ReadInTurnAsync(CancellationToken ct)
    {
        await _reading.WaitAsync(ct);
        try
        {
            await ReadAsync(ct);
        }
        finally
        {
            _reading.Release();
        }
    }
}
