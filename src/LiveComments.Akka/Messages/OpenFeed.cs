namespace LiveComments.Akka.Messages;

/// <summary>This node opens a feed of an event: its relay begins to watch it. Stays on the node.</summary>
/// <param name="Watching">Completed when the event's actor knows of it.</param>
internal sealed record OpenFeed(EventId Event, TaskCompletionSource Watching);
