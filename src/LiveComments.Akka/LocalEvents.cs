using Akka.Actor;
using Akka.Cluster.Sharding;
using LiveComments.Akka.Messages;

namespace LiveComments.Akka;

/// <summary>The parent of all events' actors on a node that is alone. It takes the messages that the shard region takes in a cluster.</summary>
internal sealed class LocalEvents : ReceiveActor
{
    private readonly EngineParts _parts;
    private readonly Dictionary<EventId, IActorRef> _events = [];
    private readonly Dictionary<IActorRef, EventId> _ids = [];
    private long _number;

    public LocalEvents(EngineParts parts)
    {
        _parts = parts;
        Receive<IEventMessage>(message => Of(message.Event).Forward(message));
        Receive<Passivate>(passivate =>
        {
            // From here on there is a new one, beside the old one for a moment: the store orders.
            if (_ids.Remove(Sender, out var id))
                _events.Remove(id);
            Sender.Tell(passivate.StopMessage);
        });
        Receive<Count>(_ => Sender.Tell(new Counted(_events.Count)));
        Receive<Terminated>(gone =>
        {
            if (_ids.Remove(gone.ActorRef, out var id))
                parts.Fault.Raise(new InvalidOperationException($"The actor of event {id} cannot start."));
        });
    }

    private IActorRef Of(EventId id)
    {
        if (_events.TryGetValue(id, out var actor))
            return actor;
        actor = Context.ActorOf(Props.Create(() => new EventActor(id, _parts)), $"{id}-{++_number}");
        Context.Watch(actor);
        _ids[actor] = id;
        return _events[id] = actor;
    }

    /// <summary>Asks how many events have an actor; the answer is <see cref="Counted"/>.</summary>
    public sealed record Count
    {
        public static readonly Count Instance = new();
    }

    public sealed record Counted(int Events);
}
