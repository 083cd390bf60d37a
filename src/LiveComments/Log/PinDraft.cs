namespace LiveComments.Log;

/// <summary>Pins a comment, replacing any other, or with null unpins; whatever the event's status.</summary>
/// <param name="By">Who asks, a moderator.</param>
public sealed record PinDraft(CommentId? CommentId, UserId By) : EntryDraft;
