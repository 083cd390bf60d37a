namespace LiveComments.Caching;

/// <summary>
/// Watches a version number in the store that changes with every change. While it stays the same, one question to the store now and then replaces one for every cached answer.
/// </summary>
/// <param name="version">Asks the store for the number. It must bound its own time.</param>
internal sealed class VersionWatch(Func<CancellationToken, ValueTask<long>> version, TimeProvider time)
{
    private readonly Lock _lock = new();
    private volatile Run? _run;
    private volatile Task? _question;

    /// <summary>The running question.</summary>
    public bool Asking => _question is { IsCompleted: false };

    /// <summary>Since the number was last asked for.</summary>
    public TimeSpan Age => _run is { } run ? time.GetElapsedTime(run.Until) : TimeSpan.MaxValue;

    /// <summary>When what was asked for at a timestamp is last known to have been right: a later timestamp, or the same one.</summary>
    public long RightAt(long asked) => _run is { } run && run.Since <= asked && asked < run.Until ? run.Until : asked;

    /// <summary>Asks the store for the number. Callers at the same time share one question.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public Task AskAsync()
    {
        lock (_lock)
            return Asking ? _question! : _question = LoadAsync();
    }

    private async Task LoadAsync()
    {
        // Changes after the question, or before the first answer, are unknown.
        var asked = time.GetTimestamp();
        var now = await version(CancellationToken.None);
        _run = _run is { } run && run.Version == now ? run with { Until = asked } : new Run(now, time.GetTimestamp(), asked);
    }

    /// <summary>A number that stayed the same: when its first answer was there, and when it was last asked for.</summary>
    private sealed record Run(long Version, long Since, long Until);
}
