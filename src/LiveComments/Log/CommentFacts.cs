namespace LiveComments.Log;

/// <summary>What a log knows about the comment that a draft names.</summary>
/// <param name="Removal">Null while it stands.</param>
public readonly record struct CommentFacts(UserId Author, Removal? Removal);
