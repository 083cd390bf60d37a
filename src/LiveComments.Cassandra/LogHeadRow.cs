using LiveComments.Cassandra.Cql;
using LiveComments.Events;

namespace LiveComments.Cassandra;

/// <summary>The end of a log, and what the log accepts.</summary>
/// <param name="Bucket">The last that was begun.</param>
/// <param name="Seq">Of the last entry; 0 of a log that has none yet, and <see cref="LogTables.Closed"/> of one that was deleted.</param>
/// <param name="Time">Of the last entry.</param>
/// <param name="Pinned">The comment that is pinned; null when none is.</param>
/// <param name="Settled">Up to where the other tables are written.</param>
/// <param name="Erasures">How often texts of removed comments were erased: whoever decides by what was so before writes nothing.</param>
/// <param name="IsBegun">Whether it is stored: an expired log is, with no entry.</param>
internal sealed record LogHeadRow(EventId Event, long Epoch, int Bucket, long Seq, DateTimeOffset Time, EventStatus Status, CommentId? Pinned, long Settled, long Erasures, bool IsBegun)
{
    public Position Head => new(Epoch, Seq);

    public bool IsClosed => Seq == LogTables.Closed;

    public static LogHeadRow New(EventId id, long epoch) => new(id, epoch, 0, 0, DateTimeOffset.UnixEpoch, EventStatus.Scheduled, null, 0, 0, IsBegun: false);

    /// <summary>Null when the bucket was not begun.</summary>
    public static LogHeadRow? Read(EventId id, long epoch, int bucket, RowSet rows)
    {
        if (rows.Count == 0 || rows[0].GetLongOrNull(0) is not { } seq)
            return null;
        var row = rows[0];
        // A bucket that was closed before its first entry has no more than that.
        return row.IsNull(1)
            ? New(id, epoch) with { Bucket = bucket, Seq = seq, IsBegun = true }
            : new LogHeadRow(id, epoch, bucket, seq, row.GetTime(1), (EventStatus)row.GetByte(2), row.GetGuidOrNull(3) is { } pinned ? new CommentId(pinned) : null, row.GetLong(4), row.GetLong(5), IsBegun: true);
    }
}
