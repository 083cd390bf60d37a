using LiveComments.Reactions;

namespace LiveComments.Comments;

/// <summary>A comment as everybody sees it.</summary>
/// <param name="Time">Given when the comment was placed; never decreases along <see cref="Position.Seq"/>.</param>
/// <param name="ReplyTo">The first comment of the thread this one belongs to; null when it starts its own.</param>
/// <param name="ReplyCount">Replies in the thread this comment started, removed ones left out.</param>
/// <param name="Question">What has become of it if it was asked as a question; null of others.</param>
public sealed record Comment(
    CommentId Id,
    Author Author,
    string Text,
    DateTimeOffset Time,
    Position Position,
    CommentId? ReplyTo,
    int ReplyCount,
    IReadOnlyList<Mention> Mentions,
    ReactionTally Reactions,
    QuestionStatus? Question = null);
