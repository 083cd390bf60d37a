namespace LiveComments.Log;

/// <summary>What a log knows about the comment that a draft names.</summary>
/// <param name="Removal">The entry that removed it; null while it stands.</param>
public readonly record struct CommentFacts(UserId Author, (Position Position, DateTimeOffset Time)? Removal);
