using LiveComments.Caching;
using LiveComments.Log;

namespace LiveComments.Cassandra;

/// <summary>Outlines of a log in Cassandra: no other table is looked at.</summary>
internal sealed class CassandraEntryOutlines(CassandraDatabase database) : IEntryOutlines
{
    /// <summary>Logs whose ends this remembers, so that a long log's end is found at once.</summary>
    private const int Remembered = 1_000;

    private readonly BoundedCache<EventId, LogHeadRow> _ends = new(Remembered);

    public async ValueTask<OutlinePage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) =>
        await database.AskLogsAsync(async store =>
        {
            if (await store.FindAsync(id, _ends.TryGet(id, out var known) ? known : null, ct) is not { } head)
                return null;
            _ends.Set(id, head, _ends.Stamp);
            var rows = await store.ReadRowsAsync(database.Logs.ReadOutlines, head, afterSeq + 1, Math.Min(head.Seq, afterSeq + limit), ct);
            return new OutlinePage(rows.ConvertAll(EntryRow.ReadOutline), head.Head);
        }, writes: false, ct);
}
