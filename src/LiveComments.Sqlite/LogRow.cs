using LiveComments.Events;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>The end of a log, and what the log accepts.</summary>
/// <param name="Log">The log's number in this file, never used again.</param>
/// <param name="LastTime">Of the last entry, in milliseconds since 1970.</param>
/// <param name="Pin">The entry that pinned a comment last, or took a pin off; null when none ever did.</param>
/// <param name="Staged">The comment that is on stage; null when none is.</param>
internal readonly record struct LogRow(long Log, long Epoch, long LastSeq, long LastTime, EventStatus Status, long? Pin, CommentId? Staged)
{
    public Position Head => new(Epoch, LastSeq);

    public static LogRow? Find(SqliteConnection connection, EventId id)
    {
        using var row = connection.Statement("SELECT log, epoch, last_seq, last_time, status, pin, staged FROM logs WHERE event_id = ?1").Bind(1, id.Value);
        return row.Step() ? new LogRow(row.Int64(0), row.Int64(1), row.Int64(2), row.Int64(3), (EventStatus)row.Int32(4), row.Int64OrNull(5), row.IsNull(6) ? null : new CommentId(row.Id(6))) : null;
    }

    /// <summary>Starts an empty log with an epoch of its own.</summary>
    public static LogRow Create(SqliteConnection connection, EventId id, EventStatus status, long time)
    {
        var epoch = Random.Shared.NextInt64();
        using var row = connection.Statement("INSERT INTO logs(event_id, epoch, last_seq, last_time, status) VALUES(?1, ?2, 0, ?3, ?4) RETURNING log")
            .Bind(1, id.Value).Bind(2, epoch).Bind(3, time).Bind(4, (long)status);
        row.Step();
        return new LogRow(row.Int64(0), epoch, 0, time, status, null, null);
    }

    /// <summary>
    /// The last seq that is older than a time. Times never decrease along seq and no seq is missing, so a binary search over the log itself finds it: about 20 rows of a million are read.
    /// </summary>
    /// <param name="from">A seq that is known to be older, to search less.</param>
    public long LastBefore(SqliteConnection connection, DateTimeOffset time, long from = 0)
    {
        long low = from, high = LastSeq;
        while (low < high)
        {
            var middle = low + (high - low + 1) / 2;
            using var row = connection.Statement("SELECT time FROM entries WHERE entry = ?1").Bind(1, EntryKey.Of(Log, middle).Value);
            if (row.Step() && DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(0)) < time)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
