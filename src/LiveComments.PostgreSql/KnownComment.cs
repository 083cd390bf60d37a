using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.PostgreSql;

/// <summary>A comment that a draft names.</summary>
/// <param name="IsHere">Whether it is in the log that the drafts are for.</param>
/// <param name="Thread">The first comment of its thread; null when it starts its own.</param>
internal sealed record KnownComment(bool IsHere, Position Position, DateTimeOffset Time, UserId Author, CommentId? Thread)
{
    /// <summary>Null while it stands.</summary>
    public Removal? Removal { get; set; }

    /// <summary>Null when it is no question.</summary>
    public QuestionStatus? Question { get; set; }

    public CommentFacts Facts => new(Author, Removal, Question);

    public EarlierComment ToEarlier(CommentId id, UInt128? fingerprint) => new(id, Author, Position, Time, fingerprint);
}
