namespace LiveComments.Log;

/// <summary>Removes a comment.</summary>
/// <param name="By">Who asks.</param>
/// <param name="AsModerator">True when they may remove anybody's comment, otherwise only their own.</param>
public sealed record RemovalDraft(CommentId CommentId, UserId By, bool AsModerator) : EntryDraft;
