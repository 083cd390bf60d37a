namespace LiveComments.Reactions;

/// <summary>The tally of one comment.</summary>
public readonly record struct CommentTally(CommentId CommentId, ReactionTally Tally);
