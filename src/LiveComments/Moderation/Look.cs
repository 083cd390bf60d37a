namespace LiveComments.Moderation;

/// <summary>A moderator looks at a comment, so that others leave it to them.</summary>
/// <param name="Comment">Null when they look at none any more.</param>
public readonly record struct Look(EventId Event, UserId User, CommentId? Comment);
