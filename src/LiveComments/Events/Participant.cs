using LiveComments.Accounts;

namespace LiveComments.Events;

/// <summary>Somebody who was admitted to an event, or was there.</summary>
/// <param name="Role">The role they were admitted with; null for somebody who only joined, which gives no access.</param>
/// <param name="JoinedAt">When they first joined; null for somebody who never did.</param>
public sealed record Participant(UserId UserId, Role? Role, DateTimeOffset? JoinedAt);
