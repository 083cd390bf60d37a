using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Streams;
using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Akka;

/// <summary>The gates of this node, one for each event that somebody writes in.</summary>
internal sealed class EventGates(EngineParts parts, Func<IActorRef> events, Func<IMaterializer> materializer)
{
    private readonly ConcurrentDictionary<EventId, EventGate> _gates = new();

    /// <summary>The gates of events that somebody wrote in lately.</summary>
    public IReadOnlyCollection<EventGate> Open => [.. _gates.Values];

    /// <summary>Queues a comment; it is completed in any case. False when the event's queue is full.</summary>
    public bool TryPost(EventId id, Placement<EntryDraft, AppendResult> placement) => TryPost(id, placement, static gate => gate.Comments);

    /// <summary>Queues a reaction; it is completed in any case. False when the event's queue is full.</summary>
    public bool TryPost(EventId id, Placement<ReactionDraft, ReactionResult> placement) => TryPost(id, placement, static gate => gate.Reactions);

    /// <summary>Queues a comment as soon as there is a place; false when there was none in time.</summary>
    public async ValueTask<bool> PostAsync(EventId id, Placement<EntryDraft, AppendResult> placement, TimeSpan patience) =>
        TryPost(id, placement) || (Takes && await Of(id).Comments.PostAsync(placement, patience));

    /// <summary>Queues a reaction as soon as there is a place; false when there was none in time.</summary>
    public async ValueTask<bool> PostAsync(EventId id, Placement<ReactionDraft, ReactionResult> placement, TimeSpan patience) =>
        TryPost(id, placement) || (Takes && await Of(id).Reactions.PostAsync(placement, patience));

    /// <inheritdoc cref="IEngine.PlaceAsync"/>
    public async ValueTask<AppendResult> PlaceAsync(EventId id, EntryDraft draft)
    {
        var placement = new AwaitedPlacement(draft) { AskedAt = parts.Time.GetTimestamp() };
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

    private bool TryPost<TDraft, TResult>(EventId id, Placement<TDraft, TResult> placement, Func<EventGate, GateQueue<TDraft, TResult>> queue)
    {
        if (!Takes)
            return false;
        var gate = Of(id);
        gate.Touch();
        // A gate that closed meanwhile has a successor.
        return queue(gate).TryPost(placement) || (gate.IsClosed && queue(Of(id)).TryPost(placement));
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
