using LiveComments.Events;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>The end of a log, and what the log accepts.</summary>
/// <param name="Log">The log's number in this database, never used again.</param>
/// <param name="LastTime">Of the last entry.</param>
/// <param name="Pinned">The comment that is pinned; null when none is.</param>
/// <param name="Staged">The comment that is on stage; null when none is.</param>
internal readonly record struct LogHeadRow(int Log, long Epoch, long LastSeq, DateTimeOffset LastTime, EventStatus Status, CommentId? Pinned, CommentId? Staged)
{
    /// <summary>The columns that <see cref="Read"/> takes, first in the query.</summary>
    public const string Columns = "l.log, l.epoch, l.last_seq, l.last_time, l.status, l.pinned, l.staged";

    /// <summary>A query's own columns follow these: the first is this one.</summary>
    public const int ColumnCount = 7;

    /// <summary>The condition that finds the log of the event $1.</summary>
    public const string OfEvent = "l.event_id = $1";

    public Position Head => new(Epoch, LastSeq);

    public static LogHeadRow Read(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetInt64(1), row.GetInt64(2), row.GetTime(3), (EventStatus)row.GetInt16(4), row.IsDBNull(5) ? null : new CommentId(row.GetId(5)),
        row.IsDBNull(6) ? null : new CommentId(row.GetId(6)));
}
