namespace LiveComments.Akka.Messages;

/// <summary>A message to the <see cref="EventActor"/> of an event, wherever in the cluster it is.</summary>
internal interface IEventMessage
{
    EventId Event { get; }
}
