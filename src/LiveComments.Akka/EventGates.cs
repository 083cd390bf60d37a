using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Streams;
using LiveComments.Ingest;
using LiveComments.Log;

namespace LiveComments.Akka;

/// <inheritdoc cref="IEventGates"/>
internal sealed class EventGates(EngineParts parts, Func<IActorRef> events, Func<IMaterializer> materializer) : IEventGates
{
    private readonly ConcurrentDictionary<EventId, EventGate> _gates = new();

    /// <summary>The gates of events that somebody wrote in lately.</summary>
    public IReadOnlyCollection<EventGate> Open => [.. _gates.Values];

    public bool TryPost(EventId id, Placement placement) => Takes && Of(id) is var gate && (gate.TryPost(placement) || gate.IsClosed && Of(id).TryPost(placement));

    public async ValueTask<bool> PostAsync(EventId id, Placement placement, TimeSpan patience) =>
        TryPost(id, placement) || (Takes && await Of(id).PostAsync(placement, patience));

    public bool TryPost(EventId id, ReactionPlacement placement) => Takes && Of(id) is var gate && (gate.TryPost(placement) || gate.IsClosed && Of(id).TryPost(placement));

    public async ValueTask<bool> PostAsync(EventId id, ReactionPlacement placement, TimeSpan patience) =>
        TryPost(id, placement) || (Takes && await Of(id).PostAsync(placement, patience));

    public async ValueTask<AppendResult> PlaceAsync(EventId id, EntryDraft draft, CancellationToken ct)
    {
        var placement = new AwaitedPlacement(draft);
        if (!await PostAsync(id, placement, parts.Options.MaxWait))
            return new AppendResult.Refused(Error.Busy);
        var result = await placement.Answer;
        return result is AppendResult.Refused { Error: var error } && (error == Error.StoreUnavailable || error == Error.OutcomeUnknown)
            ? throw new StoreUnavailableException(error.Title, error == Error.OutcomeUnknown)
            : result;
    }

    /// <summary>Lets go of gates that nobody wrote through for a while.</summary>
    public void CloseIdle()
    {
        foreach (var (id, gate) in _gates)
            if (gate.TryCloseIdle())
                _gates.TryRemove(KeyValuePair.Create(id, gate));
    }

    // A process that has failed must not take what it may lose.
    private bool Takes => !IsStopping && !parts.Fault.IsRaised;

    /// <summary>True once it takes nothing more.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Takes nothing more; returns when everything that waits is answered.</summary>
    public async Task StopAsync()
    {
        IsStopping = true;
        foreach (var gate in _gates.Values)
            gate.Close();
        await Task.WhenAll(_gates.Values.Select(gate => gate.Ended));
    }

    private EventGate Of(EventId id) => _gates.TryGetValue(id, out var gate) && !gate.IsClosed ? gate : Next(id);

    /// <summary>One at a time, because a gate that nobody gets would go on for ever.</summary>
    private EventGate Next(EventId id)
    {
        lock (_gates)
        {
            if (_gates.TryGetValue(id, out var gate) && !gate.IsClosed)
                return gate;
            return _gates[id] = new EventGate(id, parts, events(), materializer());
        }
    }
}
