using LiveComments.Comments;

namespace LiveComments.Ingest;

/// <summary>The outcome of a comment request.</summary>
/// <param name="Refusal">Null when the comment is in the log, and the other members say where, or when it is held.</param>
/// <param name="IsHeld">True when it waits for a moderator; it has no position then, and <paramref name="Time"/> is when it was held.</param>
/// <param name="ReleaseAt">When a held one is placed if no moderator decides otherwise; null when it waits for one.</param>
public readonly record struct CommentOutcome(Refusal? Refusal, CommentId Id = default, DateTimeOffset Time = default, Position Position = default, IReadOnlyList<Mention>? Mentions = null, bool IsHeld = false, DateTimeOffset? ReleaseAt = null);
