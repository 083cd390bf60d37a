using LiveComments.Stores;

namespace LiveComments.Moderation;

/// <summary>Tells <see cref="Restrictions"/> what moderators decide, also on other nodes.</summary>
public sealed class RestrictionWatch(IModerationStore store, Restrictions restrictions, TimeProvider time) : ChangeWatch(time)
{
    private readonly SemaphoreSlim _reading = new(1);
    private long _known;

    /// <summary>What this node knows.</summary>
    public Restrictions Known => restrictions;

    /// <summary>Tells other nodes that something has changed. Set once, before the first change.</summary>
    internal Action Told { get; set; } = static () => { };

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
        _reading.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
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
