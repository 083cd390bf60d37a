namespace LiveComments.Akka.Messages;

/// <summary>From now on the relay is told what is new in the event. What was placed before, it may have missed.</summary>
internal sealed record Watching(EventId Event);
