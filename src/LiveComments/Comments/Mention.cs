namespace LiveComments.Comments;

/// <summary>Somebody named with @username in a text.</summary>
public sealed record Mention(UserId UserId, string Username);
