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
    private readonly Queue<Asked<Place>> _places = new();
    private readonly Queue<Asked<React>> _reacts = new();

    // In the order in which they began: what comes later is shown and answered later.
    private readonly Queue<Append> _appends = new();
    private readonly HashSet<IActorRef> _watchers = [];
    private int _draftsUnderWay;
    private Application? _applying;
    private bool _isLeaving;

    public EventActor(EventId id, EngineParts parts)
    {
        (_id, _parts) = (id, parts);
        Receive<Place>(place =>
        {
            _places.Enqueue(new(place, Sender, parts.Time.GetTimestamp()));
            BeginAppends();
        });
        Receive<React>(react =>
        {
            _reacts.Enqueue(new(react, Sender, parts.Time.GetTimestamp()));
            BeginApplication();
        });
        Receive<Append>(EndAppend);
        Receive<Application>(EndApplication);
        Receive<Watch>(Watched);
        Receive<Terminated>(gone => _watchers.Remove(gone.ActorRef));
        Receive<ReceiveTimeout>(_ => LeaveWhenIdle());
        Receive<Leave>(_ =>
        {
            _isLeaving = true;
            StopWhenDone();
        });
    }

    private bool IsIdle => _places.Count == 0 && _reacts.Count == 0 && _appends.Count == 0 && _applying is null;

    protected override void PreStart() => SetReceiveTimeout(_parts.Options.IdleStop);

    /// <summary>What was asked is answered also when this actor fails: what waits was not placed, what is under way may be.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
        foreach (var place in _places)
            place.By.Tell(Placed.Refused(place.Message.Drafts.Count, Error.Busy));
        foreach (var react in _reacts)
            react.By.Tell(Reacted.Refused(react.Message.Drafts.Count, Error.Busy));
        foreach (var append in _appends)
            append.Answer();
        _applying?.Answer();
        // What failed may have been on its way into a queue or out of it. Whoever asked takes the first answer.
        if (message is Place failed)
            Sender.Tell(Placed.Refused(failed.Drafts.Count, Error.OutcomeUnknown));
        else if (message is React unapplied)
            Sender.Tell(Reacted.Refused(unapplied.Drafts.Count, Error.OutcomeUnknown));
        base.PreRestart(reason, message);
    }

    private void BeginAppends()
    {
        while (_places.Count > 0 && (_draftsUnderWay == 0 || _draftsUnderWay + _places.Peek().Message.Drafts.Count <= SideBySide))
        {
            var (asked, drafts) = (new List<Asked<Place>>(), 0);
            while (_places.TryPeek(out var next) && (drafts == 0 || drafts + next.Message.Drafts.Count <= _parts.Options.CommentBatch))
            {
                _places.Dequeue();
                if (IsLate(next.At, next.Message.Budget))
                {
                    next.By.Tell(Placed.Refused(next.Message.Drafts.Count, Error.Busy));
                    continue;
                }
                asked.Add(next);
                drafts += next.Message.Drafts.Count;
            }
            if (asked.Count == 0)
                continue;
            var append = new Append(asked);
            _appends.Enqueue(append);
            _draftsUnderWay += append.Drafts.Count;
            AppendAsync(append).PipeTo(Self);
        }
    }

    /// <summary>Never throws: a failure is the append's own.</summary>
    private async Task<Append> AppendAsync(Append append)
    {
        var started = _parts.Time.GetTimestamp();
        try
        {
            append.Results = await _parts.Log.AppendAsync(_id, append.Drafts, CancellationToken.None);
            _parts.Metrics.Placed(append.Drafts.Count, _parts.Time.GetElapsedTime(started));
        }
        catch (StoreUnavailableException e)
        {
            append.Refusal = e.OutcomeUnknown ? Error.OutcomeUnknown : Error.StoreUnavailable;
        }
        catch (Exception e)
        {
            append.Fault = e;
        }
        return append;
    }

    private void EndAppend(Append ended)
    {
        if (!_appends.Contains(ended))
        {
            // Begun before a restart: it was answered then, and must still be shown.
            Show(ended);
            return;
        }
        while (_appends.TryPeek(out var append) && append.HasEnded)
        {
            _appends.Dequeue();
            _draftsUnderWay -= append.Drafts.Count;
            Show(append);
            append.Answer();
            if (append.Fault is { } fault)
                _parts.Fault.Raise(fault);
        }
        BeginAppends();
        StopWhenDone();
    }

    private void Show(Append append)
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

    private void BeginApplication()
    {
        if (_applying is not null)
            return;
        var (asked, drafts) = (new List<Asked<React>>(), 0);
        while (_reacts.TryPeek(out var next) && (drafts == 0 || drafts + next.Message.Drafts.Count <= _parts.Options.ReactionBatch))
        {
            _reacts.Dequeue();
            if (IsLate(next.At, next.Message.Budget))
            {
                next.By.Tell(Reacted.Refused(next.Message.Drafts.Count, Error.Busy));
                continue;
            }
            asked.Add(next);
            drafts += next.Message.Drafts.Count;
        }
        if (asked.Count == 0)
            return;
        _applying = new Application(asked);
        ApplyAsync(_applying).PipeTo(Self);
    }

    /// <inheritdoc cref="AppendAsync"/>
    private async Task<Application> ApplyAsync(Application application)
    {
        try
        {
            application.Results = await _parts.Reactions.ApplyAsync(_id, application.Drafts, CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            application.Refusal = e.OutcomeUnknown ? Error.OutcomeUnknown : Error.StoreUnavailable;
        }
        catch (Exception e)
        {
            application.Fault = e;
        }
        return application;
    }

    private void EndApplication(Application ended)
    {
        if (ended.Results is { } results)
        {
            var tallies = new Dictionary<CommentId, CommentTally>();
            for (var i = 0; i < results.Count; i++)
                if (results[i].Error is null)
                    tallies[ended.Drafts[i].CommentId] = new(ended.Drafts[i].CommentId, results[i].Tally);
            _parts.Metrics.Applied(tallies.Count);
            if (tallies.Count > 0)
                Tell(new Announcement(default, [], [.. tallies.Values]));
        }
        ended.Answer();
        if (ended.Fault is { } fault)
            _parts.Fault.Raise(fault);
        if (ended != _applying)
            return;
        _applying = null;
        BeginApplication();
        StopWhenDone();
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

    private bool IsLate(long at, TimeSpan budget) => _parts.Time.GetElapsedTime(at) > budget;

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
