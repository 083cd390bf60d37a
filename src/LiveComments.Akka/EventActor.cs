using Akka.Actor;
using LiveComments.Akka.Messages;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Akka;

/// <summary>
/// The one place in the cluster that places an event's comments and reactions. It gathers what the nodes ask for, so that the store gets large batches and is never contended, and tells
/// the nodes what is new. Correctness does not depend on there being only one: the store orders.
/// </summary>
internal sealed class EventActor : ReceiveActor
{
    /// <summary>Comments that may be under way to the store beside each other: one that comes alone does not wait for two commits.</summary>
    public const int SideBySide = 8;

    private readonly EventId _id;
    private readonly EngineParts _parts;
    private readonly StoreLane<EntryDraft, AppendResult> _comments;
    private readonly StoreLane<ReactionDraft, ReactionResult> _reactions;
    private readonly HashSet<IActorRef> _watchers = [];
    private bool _isLeaving;

    public EventActor(EventId id, EngineParts parts)
    {
        (_id, _parts) = (id, parts);
        _comments = new(parts.Options.CommentBatch, SideBySide, static error => new AppendResult.Refused(error), parts.Time);
        _reactions = new(parts.Options.ReactionBatch, 0, static error => new ReactionResult(default, error), parts.Time);
        Receive<Place>(place =>
        {
            _comments.Add(place, Sender);
            Begin(_comments, PlaceAsync);
        });
        Receive<React>(react =>
        {
            _reactions.Add(react, Sender);
            Begin(_reactions, ReactAsync);
        });
        Receive<StoreCall<EntryDraft, AppendResult>>(ended => End(_comments, ended, Show, PlaceAsync));
        Receive<StoreCall<ReactionDraft, ReactionResult>>(ended => End(_reactions, ended, Show, ReactAsync));
        Receive<Watch>(Watched);
        Receive<Terminated>(gone => _watchers.Remove(gone.ActorRef));
        Receive<ReceiveTimeout>(_ => LeaveWhenIdle());
        Receive<Leave>(_ =>
        {
            _isLeaving = true;
            StopWhenDone();
        });
    }

    private bool IsIdle => _comments.IsIdle && _reactions.IsIdle;

    protected override void PreStart() => SetReceiveTimeout(_parts.Options.IdleStop);

    /// <summary>What was asked is answered also when this actor fails.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
        _comments.GiveUp();
        _reactions.GiveUp();
        // What failed may have been on its way into a queue or out of it. Whoever asked takes the first answer.
        if (message is Place place)
            _comments.Refuse(place, Sender, Error.OutcomeUnknown);
        else if (message is React react)
            _reactions.Refuse(react, Sender, Error.OutcomeUnknown);
        base.PreRestart(reason, message);
    }

    private void Begin<TDraft, TResult>(StoreLane<TDraft, TResult> lane, Func<IReadOnlyList<TDraft>, Task<IReadOnlyList<TResult>>> store)
    {
        foreach (var call in lane.Begin())
            StoreAsync(call, store).PipeTo(Self);
    }

    private void End<TDraft, TResult>(
        StoreLane<TDraft, TResult> lane, StoreCall<TDraft, TResult> ended, Action<StoreCall<TDraft, TResult>> show, Func<IReadOnlyList<TDraft>, Task<IReadOnlyList<TResult>>> store)
    {
        foreach (var call in lane.End(ended))
        {
            show(call);
            call.Answer();
            if (call.Fault is { } fault)
                _parts.Fault.Raise(fault);
        }
        Begin(lane, store);
        StopWhenDone();
    }

    /// <summary>Never throws: a failure is the call's own.</summary>
    private static async Task<StoreCall<TDraft, TResult>> StoreAsync<TDraft, TResult>(StoreCall<TDraft, TResult> call, Func<IReadOnlyList<TDraft>, Task<IReadOnlyList<TResult>>> store)
    {
        try
        {
            call.Results = await store(call.Drafts);
        }
        catch (StoreUnavailableException e)
        {
            call.Refusal = e.OutcomeUnknown ? Error.OutcomeUnknown : Error.StoreUnavailable;
        }
        catch (Exception e)
        {
            call.Fault = e;
        }
        return call;
    }

    private async Task<IReadOnlyList<AppendResult>> PlaceAsync(IReadOnlyList<EntryDraft> drafts)
    {
        var started = _parts.Time.GetTimestamp();
        var results = await _parts.Log.AppendAsync(_id, drafts, CancellationToken.None);
        _parts.Metrics.Placed(drafts.Count, _parts.Time.GetElapsedTime(started));
        return results;
    }

    private async Task<IReadOnlyList<ReactionResult>> ReactAsync(IReadOnlyList<ReactionDraft> drafts) => await _parts.Reactions.ApplyAsync(_id, drafts, CancellationToken.None);

    private void Show(StoreCall<EntryDraft, AppendResult> append)
    {
        if (append.Results is not { } results)
        {
            // What was stored although nobody can say so must still be shown.
            if (append.Refusal == Error.OutcomeUnknown)
                Tell(new Announcement(default, [], [], IsUnsure: true));
            return;
        }
        var entries = new List<Entry>(results.Count);
        var reaches = default(Position);
        foreach (var result in results)
            switch (result)
            {
                case AppendResult.Appended { Entry: var entry, Epoch: var epoch }:
                    entries.Add(entry);
                    reaches = new Position(epoch, entry.Seq);
                    break;
                // Placed by a try whose outcome was unknown, and perhaps not seen since.
                case AppendResult.Repeated { Position: var earlier } when earlier.Epoch != reaches.Epoch || earlier.Seq > reaches.Seq:
                    reaches = earlier;
                    break;
                case AppendResult.Unchanged { Head: var head } when head.Epoch != reaches.Epoch || head.Seq > reaches.Seq:
                    reaches = head;
                    break;
            }
        if (reaches != default)
            Tell(new Announcement(reaches, entries, []));
        foreach (var entry in entries)
            if (entry is CommentEntry { Comment: { Mentions.Count: > 0 } comment })
                foreach (var relay in _parts.Relays)
                    relay.Tell(new Mentioned(_id, comment));
    }

    private void Show(StoreCall<ReactionDraft, ReactionResult> applied)
    {
        if (applied.Results is not { } results)
            return;
        var tallies = new Dictionary<CommentId, CommentTally>();
        for (var i = 0; i < results.Count; i++)
            if (results[i].Error is null)
                tallies[applied.Drafts[i].CommentId] = new(applied.Drafts[i].CommentId, results[i].Tally);
        _parts.Metrics.Applied(tallies.Count);
        if (tallies.Count > 0)
            Tell(new Announcement(default, [], [.. tallies.Values]));
    }

    private void Watched(Watch watch)
    {
        if (!watch.Watches)
        {
            if (_watchers.Remove(Sender))
                Context.Unwatch(Sender);
            return;
        }
        if (!_watchers.Add(Sender))
            return;
        Context.Watch(Sender);
        Sender.Tell(new Watching(_id));
    }

    private void Tell(Announcement news)
    {
        if (_watchers.Count == 0)
            return;
        var announce = new Announce(_id, news);
        foreach (var watcher in _watchers)
            watcher.Tell(announce);
    }

    private void LeaveWhenIdle()
    {
        if (IsIdle && _watchers.Count == 0)
            Context.Parent.Tell(new Passivate(_id));
    }

    private void StopWhenDone()
    {
        if (_isLeaving && IsIdle)
            Context.Stop(Self);
    }
}
