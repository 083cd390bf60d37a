using LiveComments.Comments;

namespace LiveComments.Log;

/// <summary>What a log knows about the comment that a draft names.</summary>
/// <param name="Removal">Null while it stands.</param>
/// <param name="Question">Null when it is no question.</param>
public readonly record struct CommentFacts(UserId Author, Removal? Removal, QuestionStatus? Question = null);
