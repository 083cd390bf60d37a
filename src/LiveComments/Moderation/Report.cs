namespace LiveComments.Moderation;

/// <summary>Somebody asks moderators to look at a comment.</summary>
/// <param name="By">Each person counts once.</param>
public sealed record Report(EventId Event, CommentId Comment, UserId By, string Reason, DateTimeOffset At);
