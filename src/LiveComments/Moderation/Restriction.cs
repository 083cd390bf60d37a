namespace LiveComments.Moderation;

/// <summary>What a moderator has taken from somebody. There is one of each kind for each person and scope.</summary>
/// <param name="Event">Where it holds; null: in all events.</param>
/// <param name="Until">When it ends; null: when it is lifted.</param>
/// <param name="Every">The time between two comments of somebody who is throttled; null otherwise.</param>
/// <param name="Decision">The decision that it follows from.</param>
public sealed record Restriction(EventId? Event, UserId User, RestrictionKind Kind, DateTimeOffset? Until, TimeSpan? Every, Guid Decision)
{
    public bool HoldsAt(DateTimeOffset now) => Until is null || Until > now;
}
