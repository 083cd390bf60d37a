using LiveComments.Polls;

namespace LiveComments.Reactions;

/// <summary>One person's reaction to one comment; null takes it back. Or a vote in a poll, which goes the same way.</summary>
/// <param name="Vote">Null for a reaction; the comment and the type mean nothing otherwise.</param>
public readonly record struct ReactionDraft(CommentId CommentId, UserId UserId, ReactionType? Type, Vote? Vote = null)
{
    /// <summary>A vote.</summary>
    public static ReactionDraft Of(UserId user, Vote vote) => new(default, user, null, vote);
}
