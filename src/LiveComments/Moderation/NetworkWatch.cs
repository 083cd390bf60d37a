using LiveComments.Stores;

namespace LiveComments.Moderation;

/// <summary>Tells <see cref="NetworkBlocks"/> and <see cref="BanEvasion"/> what the store knows, also of other nodes, and stores what was found here.</summary>
public sealed class NetworkWatch : ChangeWatch
{
    private readonly IAbuseStore _store;
    private readonly NetworkBlocks _blocks;
    private readonly BanEvasion _evasion;
    private readonly NetworkHashes _hashes;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _reading = new(1);

    public NetworkWatch(IAbuseStore store, NetworkBlocks blocks, BanEvasion evasion, NetworkHashes hashes, TimeProvider time)
        : base(time)
    {
        (_store, _blocks, _evasion, _hashes, _time) = (store, blocks, evasion, hashes, time);
        evasion.Found = Look;
    }

    /// <summary>Tells other nodes that something has changed. Set once, before the first change.</summary>
    internal Action Told { get; set; } = static () => { };

    /// <summary>A block was added or ended on this node: returns when that holds here, and other nodes are told.</summary>
    /// <exception cref="StoreUnavailableException">It is found within a second of the store's answering again.</exception>
    public async ValueTask ChangedAsync(CancellationToken ct)
    {
        Told();
        await ReadAsync(ct);
    }

    public override void Dispose()
    {
        base.Dispose();
        _reading.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
    {
        // One after another, so that an older answer never replaces a newer one.
        await _reading.WaitAsync(ct);
        try
        {
            if (!_hashes.IsReady)
                await _hashes.ReadAsync(ct);
            var now = _time.GetUtcNow();
            if (_evasion.Waiting is { Count: > 0 } found)
            {
                await _store.TraceAsync(found, now, ct);
                _evasion.Stored(found);
                Told();
            }
            _blocks.Learn(await _store.BlocksAsync(now, ct));
            _evasion.Learn(await _store.TracesAsync(now, ct));
        }
        finally
        {
            _reading.Release();
        }
    }
}
