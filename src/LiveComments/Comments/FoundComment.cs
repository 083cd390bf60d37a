namespace LiveComments.Comments;

/// <summary>A comment with the event it was written in.</summary>
public sealed record FoundComment(EventId EventId, Comment Comment);
