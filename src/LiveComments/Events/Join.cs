namespace LiveComments.Events;

/// <summary>Somebody joined an event.</summary>
public readonly record struct Join(EventId EventId, UserId UserId, DateTimeOffset At);
