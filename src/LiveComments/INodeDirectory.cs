namespace LiveComments;

/// <summary>What the nodes of a cluster keep in the store that they share: where they find each other, and which side of a split goes on. Times are the store's, because clocks of nodes differ.</summary>
public interface INodeDirectory
{
    /// <summary>
    /// Gives the nodes that said lately that they are members. When there is none, the caller is written down as the first, under a lock: of several nodes that start together, one finds
    /// nobody.
    /// </summary>
    /// <param name="address">The caller's; it is not among the answers.</param>
    /// <param name="lately">How long ago at most.</param>
    /// <exception cref="StoreUnavailableException"/>
    ValueTask<IReadOnlyList<string>> FindAsync(string address, TimeSpan lately, CancellationToken ct);

    /// <summary>Says that a node is a member; to be repeated.</summary>
    /// <exception cref="StoreUnavailableException"/>
    ValueTask KeepAsync(string address, CancellationToken ct);

    /// <summary>Says that a node is no member any more.</summary>
    /// <exception cref="StoreUnavailableException"/>
    ValueTask RemoveAsync(string address, CancellationToken ct);

    /// <summary>Takes a lease that nobody holds, or keeps it longer; false when somebody else holds it.</summary>
    /// <param name="time">How long it is held unless it is kept.</param>
    /// <param name="from">Whom it may be taken from; null: from anybody.</param>
    /// <exception cref="StoreUnavailableException"/>
    ValueTask<bool> TryLeaseAsync(string name, string owner, TimeSpan time, IReadOnlyCollection<string>? from, CancellationToken ct);

    /// <summary>Gives a lease back; nothing happens when somebody else holds it.</summary>
    /// <exception cref="StoreUnavailableException"/>
    ValueTask ReleaseAsync(string name, string owner, CancellationToken ct);
}
