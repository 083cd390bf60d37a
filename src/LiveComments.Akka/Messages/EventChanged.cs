namespace LiveComments.Akka.Messages;

/// <summary>Another node has changed an event or somebody's part in it: what it is, is in the store. When it is lost, it is found there within seconds.</summary>
/// <param name="Participant">Whose part was changed; null when the event was.</param>
internal sealed record EventChanged(EventId Event, string? VideoId, UserId? Participant);
