using LiveComments.Cassandra.Cql;
using LiveComments.Log;

namespace LiveComments.Cassandra;

/// <summary>What changes of a comment.</summary>
/// <param name="Removal">Null while it stands.</param>
/// <param name="Replies">In the thread that it began.</param>
internal readonly record struct StateRow(long Seq, Removal? Removal, int Replies)
{
    /// <summary>The columns that <see cref="Read"/> takes.</summary>
    public const string Columns = "seq, removal, removal_time, removal_by, is_erased, reply_count";

    public static StateRow Read(Row row, long epoch) => new(
        row.GetLong(0),
        row.GetLongOrNull(1) is { } removal ? new Removal(new Position(epoch, removal), row.GetTime(2), new UserId(row.GetGuid(3)), !row.IsNull(4) && row.GetBoolean(4)) : null,
        row.IsNull(5) ? 0 : row.GetInt(5));
}
