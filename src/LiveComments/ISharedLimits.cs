using LiveComments.Ingest;

namespace LiveComments;

/// <summary>Rate limits in memory that all nodes share. Each node limits for itself first; here it says what was taken from its buckets, and hears what was taken on all nodes.</summary>
public interface ISharedLimits
{
    /// <summary>Takes from buckets what was taken from them on this node since it said so last.</summary>
    /// <returns>How long each will take to be full again, in their order; null when the memory does not answer, and what was taken may be forgotten.</returns>
    ValueTask<IReadOnlyList<TimeSpan>?> TakeAsync(IReadOnlyList<TakenTokens> taken, CancellationToken ct);
}
