namespace LiveComments.Log;

/// <summary>Brings a removed comment back to its place.</summary>
/// <param name="By">Who asks, a moderator.</param>
public sealed record RestoreDraft(CommentId CommentId, UserId By) : EntryDraft;
