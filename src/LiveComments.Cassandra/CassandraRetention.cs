using System.Buffers.Binary;
using System.Security.Cryptography;
using LiveComments.Events;

namespace LiveComments.Cassandra;

/// <summary>Deletes in steps of a few hundred rows. Idempotency keys go by themselves: their rows expire.</summary>
internal sealed class CassandraRetention(CassandraDatabase database) : IRetention
{
    /// <summary>Texts erased in one step.</summary>
    private const int Texts = 200;

    /// <summary>The period whose texts are being erased, and the last that was; null between two periods. After a restart it begins again, and what was erased is passed over.</summary>
    private (long Period, Guid Event, long Epoch, long Seq)? _hand;

    public async ValueTask<IReadOnlyList<EventId>> EndedAsync(DateTimeOffset before, EventId? after, int limit, CancellationToken ct) => await database.AskLogsAsync(async store =>
    {
        var ended = new List<EventId>();
        await foreach (var row in store.RowsAsync(store.Tables.ReadEnded, ct, after?.Value ?? Guid.Empty))
            if (row.GetTime(1) < before && ended.LastOrDefault().Value != row.GetGuid(0))
            {
                ended.Add(new EventId(row.GetGuid(0)));
                if (ended.Count == limit)
                    break;
            }
        return (IReadOnlyList<EventId>)ended;
    }, writes: false, ct);

    public async ValueTask<bool> ExpireAsync(EventId id, DateTimeOffset endedBefore, CancellationToken ct) => await database.AskReactionsAsync(async rows =>
    {
        var (store, tables) = (rows.Logs, rows.Logs.Tables);
        if (await store.ExecuteAsync(tables.FindLogSerially, ct, id.Value) is not { Count: > 0 } found)
            return false;
        var epoch = found[0].GetLong(0);
        var head = await store.FindHeadAsync(id, epoch, null, tables.ReadHeadSerially, ct);
        // A closed one is one whose expiry was begun and is finished now.
        if (!head.IsClosed)
        {
            if (await store.LoadSettledAsync(id, head, creates: false, ct) is not { Status: EventStatus.Ended } settled || settled.Head != head.Head)
                return false;
            head = settled;
        }
        var rowsOfEnd = await store.ExecuteAsync(tables.FindEnded, ct, id.Value, epoch);
        if (rowsOfEnd.Count == 0 || rowsOfEnd[0].GetTime(0) >= endedBefore)
            return false;
        var ended = rowsOfEnd[0].GetTime(0);
        if (!head.IsClosed && !await store.TryCloseAsync(head, ct))
            return false;
        await store.NoteAsync(id, ct);
        await rows.CloseAsync(id, epoch, ct);
        await store.ExecuteAsync(tables.PutDeleted, ct, id.Value, epoch);
        // The empty log that follows has a number that follows from the old one, so that it is the same whenever this is finished.
        var next = NextOf(id, epoch);
        await store.ExecuteAsync(tables.BeginBucket, ct, 0L, head.Time > ended ? head.Time : ended, (byte)EventStatus.Ended, null, 0L, 0L, id.Value, next, 0);
        await store.ExecuteAsync(tables.ReplaceLog, ct, next, id.Value, epoch);
        await store.ExecuteAsync(tables.ForgetEnded, ct, id.Value, epoch);
        return true;
    }, writes: true, ct);

    public async ValueTask<bool> ForgetAsync(DateTimeOffset keysBefore, DateTimeOffset textsBefore, CancellationToken ct) => await database.AskReactionsAsync(async rows =>
        await LogSweep.StepAsync(rows, ct) && await EraseAsync(rows.Logs, textsBefore, ct), writes: true, ct);

    /// <summary>One step; true when no text is due.</summary>
    private async Task<bool> EraseAsync(LogStore store, DateTimeOffset before, CancellationToken ct)
    {
        var next = await store.ExecuteAsync(store.Tables.NextPeriod, ct);
        // What was removed in one period is erased together, so that nothing is erased before its time.
        if (next.Count == 0 || LogStore.EndOf(next[0].GetLong(0)) > before)
            return true;
        var period = next[0].GetLong(0);
        var hand = _hand is { } known && known.Period == period ? known : (Period: period, Event: Guid.Empty, Epoch: long.MinValue, Seq: 0L);
        var due = new List<(Guid Event, long Epoch, long Seq, long Comment)>();
        await foreach (var row in store.RowsAsync(store.Tables.ReadRemovals, ct, period, hand.Event, hand.Epoch, hand.Seq))
        {
            due.Add((row.GetGuid(0), row.GetLong(1), row.GetLong(2), row.GetLong(3)));
            if (due.Count == Texts)
                break;
        }
        foreach (var log in due.GroupBy(removal => (removal.Event, removal.Epoch)))
            await TextErasure.EraseAsync(store, new EventId(log.Key.Event), log.Key.Epoch,
                log.GroupBy(removal => removal.Comment).ToDictionary(comment => comment.Key, comment => comment.Max(removal => removal.Seq)), wholly: false, ct);
        if (due.Count == Texts)
        {
            _hand = (period, due[^1].Event, due[^1].Epoch, due[^1].Seq);
            return false;
        }
        await store.ExecuteAsync(store.Tables.ForgetRemovals, ct, period);
        await store.ExecuteAsync(store.Tables.ForgetPeriod, ct, period);
        _hand = null;
        return false;
    }

    private static long NextOf(EventId id, long epoch)
    {
        Span<byte> bytes = stackalloc byte[24];
        id.Value.TryWriteBytes(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], epoch);
        return BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(bytes)) & long.MaxValue;
    }
}
