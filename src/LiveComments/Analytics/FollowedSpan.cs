using LiveComments.Followers;

namespace LiveComments.Analytics;

/// <summary>What a follower has read of an event.</summary>
/// <param name="From">How far it had come; null when it had read nothing.</param>
/// <param name="To">How far it has come.</param>
public readonly record struct FollowedSpan(EventId Event, FollowerPosition? From, FollowerPosition To);
