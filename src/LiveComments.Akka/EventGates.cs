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

    /// <summary>Takes places in an event's queues.</summary>
    /// <returns>False when there were not enough in time.</returns>
    public async ValueTask<bool> ReserveAsync(EventId id, int comments, int reactions, TimeSpan patience)
    {
        if (!Takes)
            return false;
        var gate = Of(id);
        if (comments > 0 && !await gate.Comments.Places.TakeAsync(comments, patience))
            return false;
        if (reactions == 0 || await gate.Reactions.Places.TakeAsync(reactions, patience))
            return true;
        gate.Comments.Places.GiveBack(comments);
        return false;
    }

    /// <summary>Gives places back that <see cref="ReserveAsync"/> took.</summary>
    public void GiveBack(EventId id, int comments, int reactions)
    {
        var gate = Of(id);
        gate.Comments.Places.GiveBack(comments);
        gate.Reactions.Places.GiveBack(reactions);
    }

    /// <summary>Queues a comment that has a place; it is completed in any case. False when this takes nothing more.</summary>
    public bool TryPost(EventId id, Placement<EntryDraft, AppendResult> comment) => Takes && Of(id).Comments.TryPost(comment);

    /// <summary>Queues a reaction that has a place; it is completed in any case. False when this takes nothing more.</summary>
    public bool TryPost(EventId id, Placement<ReactionDraft, ReactionResult> reaction) => Takes && Of(id).Reactions.TryPost(reaction);

    /// <inheritdoc cref="IEngine.PlaceAsync"/>
    public async ValueTask<AppendResult> PlaceAsync(EventId id, EntryDraft draft)
    {
        var placement = new AwaitedPlacement(draft);
        if (!await ReserveAsync(id, 1, 0, parts.Options.MaxWait) || !TryPost(id, placement))
            return new AppendResult.Refused(Error.Busy);
        var result = await placement.Answer;
        return result is AppendResult.Refused { Error: var error } && (error == Error.StoreUnavailable || error == Error.OutcomeUnknown)
            ? throw new StoreUnavailableException(error.Title, error == Error.OutcomeUnknown)
            : result;
    }

    /// <inheritdoc cref="IEngine.ReactAsync"/>
    public async ValueTask<ReactionResult> ReactAsync(EventId id, ReactionDraft draft)
    {
        var placement = new AwaitedReaction(draft);
        return await ReserveAsync(id, 0, 1, parts.Options.MaxWait) && TryPost(id, placement) ? await placement.Answer : new ReactionResult(default, Error.Busy);
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

    private EventGate Of(EventId id)
    {
        if (!_gates.TryGetValue(id, out var gate) || gate.IsClosed)
            gate = Next(id);
        gate.Touch();
        return gate;
    }

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
