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

    public NetworkWatch(IAbuseStore store, NetworkBlocks blocks, BanEvasion evasion, NetworkHashes hashes, TimeProvider time)
        : base(time)
    {
        (_store, _blocks, _evasion, _hashes, _time) = (store, blocks, evasion, hashes, time);
        evasion.Found = Look;
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
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
}
