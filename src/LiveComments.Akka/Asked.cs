using Akka.Actor;

namespace LiveComments.Akka;

/// <summary>What somebody asked an event's actor.</summary>
/// <param name="At">When it arrived, a timestamp of this node's clock.</param>
internal readonly record struct Asked<TMessage>(TMessage Message, IActorRef By, long At);
