using System.Runtime.Serialization;
using LiveComments.Cassandra.Cql;
using LiveComments.Reactions;
using LiveComments.Serialization;

namespace LiveComments.Cassandra;

/// <summary>The last write of reactions in an event. Whoever writes the next sees to it first that everything that follows from this one is written.</summary>
/// <param name="Version">Of the last change; 0 of an event that has none. The complement of that when the log was deleted.</param>
/// <param name="Total">Reactions to all comments.</param>
/// <param name="Changes">How often people have reacted so far.</param>
/// <param name="Second">When the write was, in seconds from 1970.</param>
/// <param name="Last">What it changed: one comment for each of the last versions, in their order.</param>
/// <param name="Writer">Tells this write from those of others.</param>
internal sealed record ReactionHead(EventId Event, long Epoch, long Version, long Total, long Changes, long Second, IReadOnlyList<CountedComment> Last, Guid Writer)
{
    public bool IsClosed => Version < 0;

    /// <summary>Up to here all changes are in the other tables; they may have the last ones too.</summary>
    public long Settled => Version - Last.Count;

    public static ReactionHead New(EventId id, long epoch) => new(id, epoch, 0, 0, 0, 0, [], default);

    public static ReactionHead Read(EventId id, long epoch, RowSet rows)
    {
        if (rows.Count == 0 || rows[0].GetLongOrNull(0) is not { } version)
            return New(id, epoch);
        var row = rows[0];
        return new ReactionHead(id, epoch, version, row.GetLong(1), row.GetLong(2), row.GetLong(3), row.IsNull(4) ? [] : ReadLast(row.GetBytes(4)), row.GetGuidOrNull(5) ?? default);
    }

    /// <summary>The form in which <see cref="Last"/> is stored; null of an empty one.</summary>
    public byte[]? WriteLast()
    {
        if (Last.Count == 0)
            return null;
        var to = new MessageWriter();
        to.List(Last, static (to, comment) =>
        {
            to.Id(comment.Comment.Value);
            to.Number(comment.Seq);
            CommentFormat.Write(to, comment.Tally);
            to.Number(comment.Before);
            to.Number(comment.Changes);
            to.Number(comment.People.Count);
            foreach (var (user, type) in comment.People)
            {
                to.Id(user.Value);
                to.Number((byte)(type ?? 0));
            }
        });
        return to.ToArray();
    }

    private static CountedComment[] ReadLast(byte[] bytes)
    {
        try
        {
            var from = new MessageReader(bytes);
            return from.List(static (ref MessageReader from) => new CountedComment(
                new CommentId(from.Id()), from.Number(), CommentFormat.ReadTally(ref from), from.Int(), from.Int(), ReadPeople(ref from)));
        }
        catch (SerializationException e)
        {
            throw new CqlException(CqlFailure.Malformed, "The last write of reactions cannot be read.", e);
        }
    }

    private static List<KeyValuePair<UserId, ReactionType?>> ReadPeople(ref MessageReader from)
    {
        var people = new List<KeyValuePair<UserId, ReactionType?>>();
        for (var left = from.Int(); left > 0; left--)
            people.Add(KeyValuePair.Create(new UserId(from.Id()), from.Int() is > 0 and var type ? (ReactionType?)type : null));
        return people;
    }
}
