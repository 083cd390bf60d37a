namespace LiveComments.Reactions;

/// <summary>One person's reaction to one comment; null takes it back.</summary>
public readonly record struct ReactionDraft(CommentId CommentId, UserId UserId, ReactionType? Type);
