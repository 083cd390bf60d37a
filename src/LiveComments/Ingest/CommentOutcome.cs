using LiveComments.Comments;

namespace LiveComments.Ingest;

/// <summary>What became of a comment that was asked for.</summary>
/// <param name="Refusal">Null when it is in the log, where the other members say.</param>
public readonly record struct CommentOutcome(Refusal? Refusal, CommentId Id = default, DateTimeOffset Time = default, Position Position = default, IReadOnlyList<Mention>? Mentions = null);
