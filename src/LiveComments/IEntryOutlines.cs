using LiveComments.Log;

namespace LiveComments;

/// <summary>The entries of a log without what they say: for those who count, at a fraction of what <see cref="IEventLog.ReadAsync"/> costs.</summary>
public interface IEntryOutlines
{
    /// <summary>The entries after a seq, ascending; null when the event has no log. What a removed comment was is still known.</summary>
    /// <exception cref="StoreUnavailableException"/>
    ValueTask<OutlinePage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct);
}
