using Akka.Actor;

namespace LiveComments.Akka.Messages;

/// <summary>Asks an event's actor where it is and what it is busy with; it answers <see cref="Described"/>. The question does not keep an idle actor alive.</summary>
internal sealed record Describe(EventId Event) : IEventMessage, INotInfluenceReceiveTimeout;
