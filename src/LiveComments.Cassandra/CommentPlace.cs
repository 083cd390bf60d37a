using LiveComments.Cassandra.Cql;

namespace LiveComments.Cassandra;

/// <summary>Where a comment stands, as tables by person say it.</summary>
internal readonly record struct CommentPlace(CommentId Comment, EventId Event, long Epoch, long Seq)
{
    /// <summary>The columns that <see cref="Read"/> takes.</summary>
    public const string Columns = "comment_id, event_id, epoch, seq";

    public static CommentPlace Read(Row row) => new(new CommentId(row.GetGuid(0)), new EventId(row.GetGuid(1)), row.GetLong(2), row.GetLong(3));
}
