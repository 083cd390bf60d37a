namespace LiveComments.Moderation;

/// <summary>One decision of a moderator about one comment or one person.</summary>
/// <param name="Event">Where it holds; null: in all events.</param>
/// <param name="By">Who decides.</param>
/// <param name="Comment">The comment that it is about; null when it is about a person.</param>
/// <param name="User">The person that it is about, or the comment's author; null when nobody is to be told.</param>
/// <param name="Span">How long a timeout lasts, or the time between two comments of somebody who is throttled; null otherwise. Whole seconds.</param>
/// <param name="Reason">For the person and other moderators; null without one, or when it was erased.</param>
/// <param name="Undoes">The decision that an undo takes back; null otherwise.</param>
public sealed record ModeratorDecision(
    Guid Id, EventId? Event, UserId By, DateTimeOffset At, DecisionAction Action, CommentId? Comment, UserId? User, TimeSpan? Span = null, string? Reason = null, Guid? Undoes = null);
