using LiveComments.Accounts;

namespace LiveComments.Events;

/// <summary>Somebody who was admitted to an event, or was there.</summary>
/// <param name="Role">As what they were admitted; null for somebody who only came, which admits to nothing.</param>
/// <param name="JoinedAt">When they came first; null for somebody who never did.</param>
public sealed record Participant(UserId UserId, Role? Role, DateTimeOffset? JoinedAt);
