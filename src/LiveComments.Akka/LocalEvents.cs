using Akka.Actor;
using LiveComments.Akka.Messages;

namespace LiveComments.Akka;

/// <summary>The parent of all events' actors on a node that is alone. It takes the messages that the shard region takes in a cluster.</summary>
internal sealed class LocalEvents : ReceiveActor
{
    /// <summary>Restarts of one event's actor within a minute. One that fails more often than that is broken, and so is the process.</summary>
    private const int Restarts = 10;

    private readonly EngineParts _parts;
    private readonly Dictionary<EventId, IActorRef> _events = [];
    private readonly HashSet<IActorRef> _leaving = [];
    private long _number;

    public LocalEvents(EngineParts parts)
    {
        _parts = parts;
        Receive<IEventMessage>(message => Of(message.Event).Forward(message));
        Receive<Passivate>(passivate =>
        {
            if (!_events.TryGetValue(passivate.Event, out var actor) || !actor.Equals(Sender))
                return;
            // From here on there is a new one, beside the old one for a moment: the store orders.
            _events.Remove(passivate.Event);
            _leaving.Add(actor);
            actor.Tell(Leave.Instance);
        });
        Receive<Terminated>(gone =>
        {
            if (!_leaving.Remove(gone.ActorRef))
                parts.Fault.Raise(new InvalidOperationException($"{gone.ActorRef.Path} failed again and again."));
        });
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(Restarts, TimeSpan.FromMinutes(1), static _ => Directive.Restart);

    private IActorRef Of(EventId id)
    {
        if (_events.TryGetValue(id, out var actor))
            return actor;
        actor = Context.ActorOf(Props.Create(() => new EventActor(id, _parts)), $"{id}-{++_number}");
        Context.Watch(actor);
        return _events[id] = actor;
    }
}
