using LiveComments.Accounts;

namespace LiveComments.PersonalData;

/// <summary>An event that somebody takes part in.</summary>
/// <param name="Role">The role they were admitted with; null for somebody who only joined.</param>
/// <param name="JoinedAt">When they first joined; null for somebody who never did.</param>
public sealed record Participation(EventId Event, Role? Role, DateTimeOffset? JoinedAt);
