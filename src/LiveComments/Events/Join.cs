namespace LiveComments.Events;

/// <summary>Somebody came to an event.</summary>
public readonly record struct Join(EventId EventId, UserId UserId, DateTimeOffset At);
