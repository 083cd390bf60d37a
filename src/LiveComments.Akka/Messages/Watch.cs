namespace LiveComments.Akka.Messages;

/// <summary>
/// A node's relay tells an event's actor that the node has a feed of the event, or has none any more. Repeated every few seconds, because an actor that was moved or restarted knows
/// nobody. A relay that is new to the actor is answered by <see cref="Watching"/>.
/// </summary>
internal sealed record Watch(EventId Event, bool Watches) : IEventMessage;
