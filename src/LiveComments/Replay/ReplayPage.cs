using LiveComments.Comments;

namespace LiveComments.Replay;

/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record ReplayPage(IReadOnlyList<Comment> Comments, IReadOnlyList<PastCounts> Reactions, ReplayCursor? Next);
