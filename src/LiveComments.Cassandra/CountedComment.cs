using LiveComments.Reactions;

namespace LiveComments.Cassandra;

/// <summary>What one write of reactions has changed of one comment.</summary>
/// <param name="Seq">Where the comment stands.</param>
/// <param name="Tally">After it.</param>
/// <param name="Before">How many reactions the comment had before it.</param>
/// <param name="Changes">How often somebody gave, changed or took back a reaction.</param>
/// <param name="People">What those who did give now; null is nothing.</param>
internal sealed record CountedComment(CommentId Comment, long Seq, ReactionTally Tally, int Before, int Changes, IReadOnlyList<KeyValuePair<UserId, ReactionType?>> People);
