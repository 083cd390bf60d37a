using LiveComments.Comments;

namespace LiveComments.Log;

/// <summary>Says whether a question was answered; whatever the event's status. It becomes a card.</summary>
/// <param name="By">Who asks, a moderator.</param>
public sealed record QuestionDraft(CommentId CommentId, QuestionStatus Status, UserId By) : EntryDraft;
