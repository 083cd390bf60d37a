using LiveComments.Stores;

namespace LiveComments.Moderation;

/// <summary>Tells <see cref="Restrictions"/> what moderators decide, also on other nodes.</summary>
public sealed class RestrictionWatch(IModerationStore store, Restrictions restrictions, TimeProvider time) : ChangeWatch(time)
{
    private long _known;

    /// <summary>What this node knows.</summary>
    public Restrictions Known => restrictions;

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
    {
        var changes = await store.RestrictionsAsync(_known, ct);
        foreach (var restriction in changes.Restrictions)
            restrictions.Learn(restriction);
        _known = changes.Change;
    }
}
