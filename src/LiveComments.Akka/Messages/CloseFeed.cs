namespace LiveComments.Akka.Messages;

/// <summary>This node has closed its feed of an event. Stays on the node.</summary>
internal sealed record CloseFeed(EventId Event);
