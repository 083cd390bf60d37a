using LiveComments.Moderation;

namespace LiveComments;

/// <summary>
/// What keeps abuse away and must outlive a restart: blocked networks, from where banned people wrote, and challenges that were answered. Every change is flushed before it is answered. Every
/// method may throw <see cref="StoreUnavailableException"/>; calling again is safe.
/// </summary>
public interface IAbuseStore
{
    /// <summary>Takes the answer to a challenge: of any number of equal calls, on whatever nodes, one gives true. After <paramref name="until"/> it is forgotten.</summary>
    ValueTask<bool> SpendAsync(Guid challenge, DateTimeOffset until, DateTimeOffset now, CancellationToken ct);

    /// <summary>The networks that are blocked at a time, in the order in which they were blocked; at most <see cref="NetworkBlock.Most"/>.</summary>
    ValueTask<IReadOnlyList<NetworkBlock>> BlocksAsync(DateTimeOffset now, CancellationToken ct);

    /// <summary>Blocks a network. False when there are as many as there may be. One that is there under this id stays as it is.</summary>
    ValueTask<bool> BlockAsync(NetworkBlock block, CancellationToken ct);

    /// <summary>Ends a block; null when there is none of this id.</summary>
    ValueTask<NetworkBlock?> UnblockAsync(Guid block, CancellationToken ct);

    /// <summary>The traces that are kept at a time, the latest first; at most <see cref="BanTrace.Most"/>.</summary>
    ValueTask<IReadOnlyList<BanTrace>> TracesAsync(DateTimeOffset now, CancellationToken ct);

    /// <summary>Keeps traces. One that is there keeps its first time and is kept for longer. Those that were kept long enough at a time are deleted.</summary>
    ValueTask TraceAsync(IReadOnlyList<BanTrace> traces, DateTimeOffset now, CancellationToken ct);
}
