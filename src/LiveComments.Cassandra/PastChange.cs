using LiveComments.Cassandra.Cql;
using LiveComments.Reactions;

namespace LiveComments.Cassandra;

/// <summary>One change of a comment's counts.</summary>
/// <param name="Seq">Where the comment stands.</param>
/// <param name="Second">When it was, in seconds from 1970.</param>
/// <param name="Changes">How often people have reacted in the event up to it.</param>
internal readonly record struct PastChange(long Version, long Seq, CommentId Comment, long Second, long Changes, ReactionCounts Counts)
{
    public static PastChange Read(Row row) => new(row.GetLong(0), row.GetLong(1), new CommentId(row.GetGuid(2)), row.GetLong(3), row.GetLong(4), StateRow.ReadCounts(row, 5));
}
