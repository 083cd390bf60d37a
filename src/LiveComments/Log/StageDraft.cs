namespace LiveComments.Log;

/// <summary>Puts a comment on stage in place of any other, or with null takes it off; whatever the event's status. It becomes a card.</summary>
/// <param name="By">Who asks, a moderator.</param>
public sealed record StageDraft(CommentId? CommentId, UserId By) : EntryDraft;
