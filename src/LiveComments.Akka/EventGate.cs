using Akka.Actor;
using Akka.Streams;
using LiveComments.Akka.Messages;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Akka;

/// <summary>Gathers what this node admitted for one event, and asks the event's actor to place it. Comments and reactions have queues of their own.</summary>
internal sealed class EventGate
{
    private readonly EngineParts _parts;
    private long _usedAt;

    public EventGate(EventId id, EngineParts parts, IActorRef events, IMaterializer materializer)
    {
        _parts = parts;
        Touch();
        var options = parts.Options;
        Comments = new(parts, events, materializer, options.CommentQueue, options.CommentBatch, EventActor.SideBySide,
            (drafts, at, budget) => new Place(id, drafts, at, budget), static error => new AppendResult.Refused(error));
        Reactions = new(parts, events, materializer, options.ReactionQueue, options.ReactionBatch, 0,
            (drafts, at, budget) => new React(id, drafts, at, budget), static error => new ReactionResult(default, error));
        Ended = EndAsync();
    }

    public GateQueue<EntryDraft, AppendResult> Comments { get; }

    public GateQueue<ReactionDraft, ReactionResult> Reactions { get; }

    /// <summary>Done when the gate is closed and everything is answered.</summary>
    public Task Ended { get; }

    /// <summary>True once it takes nothing more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Somebody writes through it.</summary>
    public void Touch() => Volatile.Write(ref _usedAt, _parts.Time.GetTimestamp());

    /// <summary>Closes when nobody has written for a while and nothing waits.</summary>
    public bool TryCloseIdle()
    {
        if (!Comments.IsIdle || !Reactions.IsIdle || _parts.Time.GetElapsedTime(Volatile.Read(ref _usedAt)) < _parts.Options.IdleStop)
            return false;
        Close();
        return true;
    }

    /// <summary>Takes nothing more; what waits is still placed.</summary>
    public void Close()
    {
        IsClosed = true;
        Comments.Close();
        Reactions.Close();
    }

    private async Task EndAsync()
    {
        try
        {
            await Task.WhenAll(Comments.Ended, Reactions.Ended);
        }
        catch (Exception e)
        {
            // A stream that fails has lost what was in it.
            Close();
            _parts.Fault.Raise(e);
        }
    }
}
