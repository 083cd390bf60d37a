namespace LiveComments.Log;

/// <summary>Pins a comment in the place of any other, or with null takes the pin off; whatever the event's status.</summary>
/// <param name="By">Who asks, a moderator.</param>
public sealed record PinDraft(CommentId? CommentId, UserId By) : EntryDraft;
