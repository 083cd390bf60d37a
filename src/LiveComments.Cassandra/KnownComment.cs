using LiveComments.Comments;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Cassandra;

/// <summary>A comment of this log that a draft names, or the first of its thread.</summary>
/// <param name="Thread">The first comment of its thread; null when it starts its own.</param>
internal sealed record KnownComment(CommentId Id, Position Position, DateTimeOffset Time, UserId Author, CommentId? Thread)
{
    /// <summary>Null while it stands.</summary>
    public Removal? Removal { get; set; }

    /// <summary>In the thread that it began.</summary>
    public int Replies { get; set; }

    public ReactionTally Tally { get; init; }

    /// <summary>Null when it is no question.</summary>
    public QuestionStatus? Question { get; set; }

    public CommentFacts Facts => new(Author, Removal, Question);

    public EarlierComment ToEarlier(UInt128? fingerprint) => new(Id, Author, Position, Time, fingerprint);
}
