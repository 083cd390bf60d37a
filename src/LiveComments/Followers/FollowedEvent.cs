namespace LiveComments.Followers;

/// <summary>An event that a follower does not know everything of.</summary>
/// <param name="Reached">How far it has come; null when it has read nothing yet.</param>
/// <param name="Head">Where the log ends; null when there is none any more.</param>
public readonly record struct FollowedEvent(EventId Id, FollowerPosition? Reached, Position? Head);
