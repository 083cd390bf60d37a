using LiveComments.Comments;

namespace LiveComments.Ingest;

/// <summary>The outcome of a comment request.</summary>
/// <param name="Refusal">Null when the comment is in the log; then the other members say where.</param>
public readonly record struct CommentOutcome(Refusal? Refusal, CommentId Id = default, DateTimeOffset Time = default, Position Position = default, IReadOnlyList<Mention>? Mentions = null);
