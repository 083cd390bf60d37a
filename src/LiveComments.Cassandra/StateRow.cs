using LiveComments.Cassandra.Cql;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Cassandra;

/// <summary>What changes of a comment.</summary>
/// <param name="Removal">Null while it stands.</param>
/// <param name="Replies">In the thread that it began.</param>
internal readonly record struct StateRow(long Seq, Removal? Removal, int Replies, ReactionTally Tally)
{
    /// <summary>The columns that <see cref="Read"/> takes.</summary>
    public const string Columns = "seq, removal, removal_time, removal_by, erased, reply_count, version, " + Counts;

    /// <summary>The columns that <see cref="ReadCounts"/> takes.</summary>
    public const string Counts = "likes, loves, hahas, wows, sads, angries";

    public static StateRow Read(Row row, long epoch) => new(
        row.GetLong(0),
        row.GetLongOrNull(1) is { } removal ? new Removal(new Position(epoch, removal), row.GetTime(2), new UserId(row.GetGuid(3)), row.GetLongOrNull(4) == removal) : null,
        row.IsNull(5) ? 0 : row.GetInt(5),
        row.GetLongOrNull(6) is { } version ? new ReactionTally(version, ReadCounts(row, 7)) : default);

    /// <summary>Six columns from one on.</summary>
    public static ReactionCounts ReadCounts(Row row, int first) =>
        new(row.GetInt(first), row.GetInt(first + 1), row.GetInt(first + 2), row.GetInt(first + 3), row.GetInt(first + 4), row.GetInt(first + 5));
}
