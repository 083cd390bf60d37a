using Akka.Actor;
using Akka.Cluster.Sharding;
using LiveComments.Akka.Messages;
using LiveComments.Comments;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Nodes;
using LiveComments.Polls;
using LiveComments.Reactions;
using LiveComments.Telemetry;

namespace LiveComments.Akka;

/// <summary>
/// The one place in the cluster that places an event's comments and reactions. It gathers what the nodes ask for, so that the store gets large batches and is never contended, and tells
/// the nodes what is new. Correctness does not depend on there being only one: the store orders.
/// </summary>
internal sealed class EventActor : ReceiveActor, IWithTimers
{
    /// <summary>Comments that may be under way to the store beside each other: one that comes alone does not wait for two commits.</summary>
    public const int SideBySide = 8;

    /// <summary>Entries that a new actor reads at most, those of its first page, and those of each page after it. Of held comments it reads one page.</summary>
    private const int MaxRecollected = 10_000, FirstRecollected = 64, RecollectedAtOnce = 1_024;

    /// <summary>Entries and counts of one announcement at most, so that it is less than nodes take from each other: a comment has up to 5 KB.</summary>
    private const int MaxTold = 1_024;

    /// <summary>Counts are kept this long before other nodes are told, which show them four times a second.</summary>
    private static readonly TimeSpan KeepTallies = TimeSpan.FromMilliseconds(100);

    private readonly EventId _id;
    private readonly EngineParts _parts;
    private readonly StoreLane<EntryDraft, AppendResult> _comments;
    private readonly StoreLane<ReactionDraft, ReactionResult> _reactions;
    private readonly EventLimits _limits;
    private readonly HeldKeys _held = new();
    private readonly HashSet<IActorRef> _watchers = [];
    private readonly Dictionary<CommentId, CommentTally> _tallies = [];
    private readonly Dictionary<PollId, PollTally> _polls = [];
    private readonly DateTimeOffset _since;
    private Recollection _recollection;
    private bool _isLeaving;
    private Recollection _said;

    /// <summary>For a shard, which knows an event by its text.</summary>
    public static Props Props(string id, EngineParts parts) =>
        EventId.TryParse(id, out var parsed) ? global::Akka.Actor.Props.Create(() => new EventActor(parsed, parts)) : throw new ArgumentException($"{id} is not the id of an event.", nameof(id));

    public EventActor(EventId id, EngineParts parts)
    {
        (_id, _parts, _since) = (id, parts, parts.Time.GetUtcNow());
        _limits = new EventLimits(parts.Time);
        _comments = new(parts.Options.CommentBatch, SideBySide, static error => new AppendResult.Refused(error), parts.Time);
        _reactions = new(parts.Options.ReactionBatch, 0, static error => new ReactionResult(default, error), parts.Time, () => parts.MayBeOvertaken);
        Receive<Place>(place =>
        {
            _comments.Add(place, Sender);
            Recollect(place);
            BeginComments();
        });
        Receive<React>(react =>
        {
            _reactions.Add(react, Sender);
            Begin(_reactions, ReactAsync);
        });
        Receive<Recollected>(Recollect);
        Receive<Said>(Recollect);
        Receive<StoreCall<EntryDraft, AppendResult>>(ended =>
        {
            foreach (var call in _comments.End(ended))
            {
                _limits.Settle(call.Drafts, call.Results, call.Refusal ?? (call.Fault is null ? null : Error.OutcomeUnknown));
                _held.Add(call.Drafts, call.Results);
                Finish(call, Show);
            }
            BeginComments();
            StopWhenDone();
        });
        Receive<StoreCall<ReactionDraft, ReactionResult>>(ended =>
        {
            foreach (var call in _reactions.End(ended))
                Finish(call, Show);
            Begin(_reactions, ReactAsync);
            StopWhenDone();
        });
        Receive<Watch>(Watched);
        Receive<Describe>(_ => Sender.Tell(new Described(Location())));
        Receive<ShowTallies>(_ => ShowKept());
        Receive<Terminated>(gone => _watchers.Remove(gone.ActorRef));
        Receive<ReceiveTimeout>(_ => LeaveWhenIdle());
        Receive<Leave>(_ =>
        {
            _isLeaving = true;
            StopWhenDone();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

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
        _parts.CountRestart(_id, reason);
        base.PreRestart(reason, message);
    }

    /// <summary>
    /// Before its first comment, a new actor reads what the limits must know of those before it. Comments wait meanwhile.
    /// </summary>
    private void Recollect(Place place)
    {
        if (_said == Recollection.None && place.Drafts.Any(static draft => draft is CommentDraft { IsOnce: true }))
        {
            _said = Recollection.UnderWay;
            SaidAsync().PipeTo(Self);
        }
        if (_recollection != Recollection.None || place.Drafts.Max(PaceOf) is not { } pace)
            return;
        _recollection = Recollection.UnderWay;
        RecollectAsync(pace).PipeTo(Self);
    }

    private void Recollect(Said said)
    {
        _said = said.Failure is null ? Recollection.Done : Recollection.None;
        foreach (var comment in said.Comments)
            _limits.RecollectSaid(comment.Id, comment.Text);
        Resume(said.Failure);
    }

    /// <summary>The texts that must not be written again, the oldest first. Never throws.</summary>
    private async Task<Said> SaidAsync()
    {
        try
        {
            var comments = new Stack<Comment>();
            for (var before = long.MaxValue; comments.Count < EventLimits.SaidRemembered;)
            {
                if (await _parts.Log.ReadLatestAsync(_id, before, RecollectedAtOnce, CancellationToken.None) is not { Entries: { Count: > 0 } entries })
                    break;
                foreach (var comment in entries.Reverse().OfType<CommentEntry>())
                    comments.Push(comment.Comment);
                before = entries[0].Seq;
            }
            return new Said([.. comments], null);
        }
        catch (Exception e)
        {
            return new Said([], e);
        }
    }

    /// <summary>What comments waited for is known, or cannot be read.</summary>
    private void Resume(Exception? failure)
    {
        if (failure is not null)
        {
            _comments.RefuseWaiting(Error.StoreUnavailable);
            if (failure is not StoreUnavailableException)
                _parts.Fault.Raise(failure);
        }
        BeginComments();
        StopWhenDone();
    }

    /// <summary>The event's: that of somebody who is throttled says nothing about the others.</summary>
    private static TimeSpan? PaceOf(EntryDraft draft) => draft is CommentDraft { Pace: not null, IsThrottled: true } ? TimeSpan.Zero : (draft as CommentDraft)?.Pace;

    private void Recollect(Recollected recollected)
    {
        _recollection = recollected.Failure is null ? Recollection.Done : Recollection.None;
        foreach (var written in recollected.Comments)
            _limits.Recollect(written, recollected.Pace);
        foreach (var held in recollected.Held)
            _held.Add(held);
        Resume(recollected.Failure);
    }

    /// <summary>Never throws.</summary>
    private async Task<Recollected> RecollectAsync(TimeSpan pace)
    {
        try
        {
            var since = _parts.Time.GetUtcNow() - (pace > EventLimits.Window ? pace : EventLimits.Window);
            var comments = new Stack<CommentEntry>();
            var held = await _parts.Moderation.HeldSinceAsync(_id, _parts.Time.GetUtcNow() - HeldKeys.Window, RecollectedAtOnce, CancellationToken.None);
            var (before, page) = (long.MaxValue, FirstRecollected);
            while (comments.Count < MaxRecollected && await _parts.Log.ReadLatestAsync(_id, before, page, CancellationToken.None) is { Entries: { Count: > 0 } entries })
            {
                foreach (var entry in entries.Reverse())
                    if (entry is CommentEntry comment && entry.Time >= since)
                        comments.Push(comment);
                if (entries[0].Time < since)
                    break;
                (before, page) = (entries[0].Seq, RecollectedAtOnce);
            }
            var now = _parts.Time.GetUtcNow();
            var written = comments.Select(placed => new WrittenComment(placed.Comment.Id, placed.Comment.Author, placed.Comment.Text, now - placed.Time))
                .Concat(held.Where(one => one.HeldAt >= since).Select(one => new WrittenComment(one.Draft.Id, one.Draft.Author, one.Draft.Text, now - one.HeldAt)));
            return new Recollected(pace, [.. written.OrderByDescending(one => one.Age)], [.. held.Select(one => one.Draft)], null);
        }
        catch (Exception e)
        {
            return new Recollected(pace, [], [], e);
        }
    }

    private void BeginComments()
    {
        if (_recollection == Recollection.UnderWay || _said == Recollection.UnderWay)
            return;
        foreach (var call in _comments.Begin())
        {
            call.Drafts = _limits.Admit(_held.Mark(call.Drafts));
            if (Tracing.IsOn)
                foreach (var (draft, waited) in call.Waited(_parts.Time))
                    if (draft is CommentDraft { Trace: { } trace })
                        Tracing.Step(trace, "gather", _parts.Time.GetUtcNow() - waited, _parts.Time.GetUtcNow());
            StoreAsync(call, PlaceAsync).PipeTo(Self);
        }
    }

    private void Begin<TDraft, TResult>(StoreLane<TDraft, TResult> lane, Func<IReadOnlyList<TDraft>, Task<IReadOnlyList<TResult>>> store)
    {
        foreach (var call in lane.Begin())
            StoreAsync(call, store).PipeTo(Self);
    }

    private void Finish<TDraft, TResult>(StoreCall<TDraft, TResult> call, Action<StoreCall<TDraft, TResult>> show)
    {
        show(call);
        call.Answer();
        if (call.Fault is { } fault)
            _parts.Fault.Raise(fault);
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
        var took = _parts.Time.GetElapsedTime(started);
        _parts.Metrics.Placed(drafts.Count, took);
        if (Tracing.IsOn)
            foreach (var draft in drafts)
                if (draft is CommentDraft { Trace: { } trace })
                    Tracing.Step(trace, "append", _parts.Time.GetUtcNow() - took, _parts.Time.GetUtcNow());
        if (_parts.Hot is { } hot && results.Select(static result => (result as AppendResult.Appended)?.Entry).OfType<RemovedEntry>().ToList() is { Count: > 0 } removed)
            // Before anybody is told, so that whoever is told finds the text nowhere.
            await hot.EraseAsync(_id, [.. removed.Select(static entry => entry.CommentId)]);
        return await HoldAsync(drafts, results);
    }

    /// <summary>Has those kept that wait for a moderator and that no earlier try has placed.</summary>
    private async Task<IReadOnlyList<AppendResult>> HoldAsync(IReadOnlyList<EntryDraft> drafts, IReadOnlyList<AppendResult> results)
    {
        List<int>? held = null;
        for (var i = 0; i < results.Count; i++)
            // What is known to be held gets its first answer, also after the event has ended.
            if (results[i] is AppendResult.Held or AppendResult.Shadowed || results[i] is AppendResult.Refused refused && refused.Error != Error.EventNotFound && drafts[i] is CommentDraft draft && ReferenceEquals(draft.Hold, Hold.Again))
                (held ??= []).Add(i);
        AppendResult[]? answered = null;
        try
        {
            answered = await ShadowRepliesAsync(drafts, results);
        }
        catch (StoreUnavailableException)
        {
            // They are refused, as for anybody else.
        }
        for (var i = 0; i < answered?.Length; i++)
            if (answered[i] is AppendResult.Shadowed && results[i] is not AppendResult.Shadowed)
                (held ??= []).Add(i);
        if (held is null)
            return results;
        AppendResult[] whole = answered ?? [.. results];
        try
        {
            var kept = await _parts.Moderation.HoldAsync(_id, [.. held.Select(i => Kept((CommentDraft)drafts[i], whole[i]))], CancellationToken.None);
            for (var i = 0; i < held.Count; i++)
                whole[held[i]] = kept[i];
        }
        catch (StoreUnavailableException e)
        {
            // The others are placed.
            foreach (var i in held)
                whole[i] = new AppendResult.Refused(e.OutcomeUnknown ? Error.OutcomeUnknown : Error.StoreUnavailable);
        }
        return whole;
    }

    private static CommentDraft Kept(CommentDraft draft, AppendResult result) => result is AppendResult.Shadowed { Place: var place }
        ? draft with { Hold = (draft.Hold ?? new Hold(0, [])) with { IsShadow = true, Place = place } }
        : draft;

    /// <summary>The results, of which replies to what only their author sees are shadowed; null when there are none.</summary>
    private async Task<AppendResult[]?> ShadowRepliesAsync(IReadOnlyList<EntryDraft> drafts, IReadOnlyList<AppendResult> results)
    {
        List<int>? orphans = null;
        for (var i = 0; i < results.Count; i++)
            if (results[i] is AppendResult.Refused { Error: var error } && error == Error.ParentNotFound && drafts[i] is CommentDraft { ReplyTo: not null, Refusal: null, IsApproved: false })
                (orphans ??= []).Add(i);
        if (orphans is null)
            return null;
        var parents = (await _parts.Moderation.FindHeldAsync(_id, [.. orphans.Select(i => ((CommentDraft)drafts[i]).ReplyTo!.Value).Distinct()], CancellationToken.None))
            .Where(parent => parent.State == HeldState.Shadowed).ToDictionary(parent => parent.Draft.Id, parent => parent.Draft.Author.Id);
        if (parents.Count == 0 || !(await _parts.Log.HeadsAsync([_id], CancellationToken.None)).TryGetValue(_id, out var head))
            return null;
        AppendResult[] whole = [.. results];
        foreach (var i in orphans)
            if (drafts[i] is CommentDraft draft && parents.TryGetValue(draft.ReplyTo!.Value, out var author) && author == draft.Author.Id)
                whole[i] = new AppendResult.Shadowed(draft.Id, head.Position, default);
        return whole;
    }

    private async Task<IReadOnlyList<ReactionResult>> ReactAsync(IReadOnlyList<ReactionDraft> drafts)
    {
        if (!drafts.Any(static draft => draft.Vote is not null))
            return await _parts.Reactions.ApplyAsync(_id, drafts, CancellationToken.None);
        VoteDraft[] votes = [.. drafts.Where(static draft => draft.Vote is not null).Select(static draft => new VoteDraft(draft.UserId, draft.Vote!.Value))];
        ReactionDraft[] reactions = [.. drafts.Where(static draft => draft.Vote is null)];
        var voted = new Queue<VoteResult>(await _parts.Polls.VoteAsync(_id, votes, _parts.Time.GetUtcNow(), CancellationToken.None));
        // When this fails, all are answered so. Whoever votes again changes nothing.
        var reacted = new Queue<ReactionResult>(reactions.Length == 0 ? [] : await _parts.Reactions.ApplyAsync(_id, reactions, CancellationToken.None));
        return [.. drafts.Select(draft => draft.Vote is null ? reacted.Dequeue() : ResultOf(voted.Dequeue()))];
    }

    private static ReactionResult ResultOf(VoteResult voted) => new(default, voted.Error, voted.Error is null ? voted.Poll!.ForViewers().Tally : null);

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
        for (var i = 0; i < results.Count; i++)
            if (results[i] is AppendResult.Shadowed { IsRepeated: false } shadowed && append.Drafts[i] is CommentDraft own)
                foreach (var relay in _parts.Relays)
                    relay.Tell(new OwnComment(_id, new Comment(own.Id, own.Author, own.Text, shadowed.Time, shadowed.Place, own.ReplyTo, 0, own.Mentions, default, own.Question)));
        if (entries.Count > 0)
            _parts.Hot?.Placed(_id, reaches.Epoch, entries);
        if (reaches != default)
            Tell(new Announcement(reaches, entries, [], Traces: Tracing.IsOn ? TracesOf(append.Drafts, results) : null));
        foreach (var entry in entries)
            if (entry is CommentEntry { Comment: { Mentions.Count: > 0 } comment })
            {
                foreach (var relay in _parts.Relays)
                    relay.Tell(new Mentioned(_id, comment));
                _parts.Streams?.Mentioned(_id, comment);
            }
    }

    private EntryTrace[]? TracesOf(IReadOnlyList<EntryDraft> drafts, IReadOnlyList<AppendResult> results)
    {
        var now = _parts.Time.GetUtcNow();
        EntryTrace[] traces = [.. drafts.Zip(results, (draft, result) => draft is CommentDraft { Trace: { } trace } && result is AppendResult.Appended { Entry.Seq: var seq } ? new EntryTrace(seq, trace, now) : default)
            .Where(traced => traced.Trace is not null)];
        return traces.Length == 0 ? null : traces;
    }

    private void Show(StoreCall<ReactionDraft, ReactionResult> applied)
    {
        if (applied.Results is not { } results)
            return;
        var changed = new HashSet<CommentId>();
        for (var i = 0; i < results.Count; i++)
            if (results[i].Votes is { } votes)
                _polls[votes.Poll] = votes;
            else if (results[i].Error is null)
            {
                var id = applied.Drafts[i].CommentId;
                changed.Add(id);
                _tallies[id] = new(id, results[i].Tally);
            }
        _parts.Metrics.Applied(changed.Count);
        if (changed.Count > 0)
            _parts.Hot?.Counted(_id, [.. changed.Select(id => _tallies[id])]);
        if (_tallies.Count + _polls.Count == 0 || Timers.IsTimerActive(nameof(ShowTallies)))
            return;
        if (_watchers.Any(watcher => watcher.Path.Address.HasGlobalScope))
            Timers.StartSingleTimer(nameof(ShowTallies), ShowTallies.Instance, KeepTallies);
        else
            ShowKept();
    }

    /// <summary>Tells the counts that changed since this was done last.</summary>
    private void ShowKept()
    {
        foreach (var tallies in _tallies.Values.Chunk(MaxTold))
            Tell(new Announcement(default, [], tallies));
        if (_polls.Count > 0)
            Tell(new Announcement(default, [], [], Polls: [.. _polls.Values]));
        _tallies.Clear();
        _polls.Clear();
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

    private EventLocation Location()
    {
        var self = ((ExtendedActorSystem)Context.System).Provider.DefaultAddress;
        return new EventLocation(self.ToString(), _since, _comments.Queue, _reactions.Queue,
            [.. _watchers.Select(watcher => (watcher.Path.Address.HasGlobalScope ? watcher.Path.Address : self).ToString()).Order(StringComparer.Ordinal)]);
    }

    private void Tell(Announcement news)
    {
        if (_watchers.Count == 0)
            return;
        if (news.Entries.Count <= MaxTold)
        {
            TellWhole(news);
            return;
        }
        foreach (var entries in news.Entries.Chunk(MaxTold))
        {
            TellWhole(news with { Entries = entries, Reaches = new Position(news.Reaches.Epoch, entries[^1].Seq) });
            news = news with { Traces = null };
        }
        TellWhole(news with { Entries = [] });
    }

    private void TellWhole(Announcement news)
    {
        var announce = new Announce(_id, news);
        foreach (var watcher in _watchers)
            watcher.Tell(announce);
    }

    private void LeaveWhenIdle()
    {
        if (IsIdle && _watchers.Count == 0)
            Context.Parent.Tell(new Passivate(Leave.Instance));
    }

    private void StopWhenDone()
    {
        if (!_isLeaving || !IsIdle)
            return;
        ShowKept();
        Context.Stop(Self);
    }

    private sealed record ShowTallies
    {
        public static readonly ShowTallies Instance = new();
    }

    private enum Recollection
    {
        None,
        UnderWay,
        Done,
    }

    /// <param name="Failure">Why they could not be read; null otherwise.</param>
    private sealed record Said(IReadOnlyList<Comment> Comments, Exception? Failure);

    /// <param name="Pace">The time between two comments of one viewer; zero without slow mode.</param>
    /// <param name="Comments">What was placed or held lately, the oldest first.</param>
    /// <param name="Held">What was held and may be asked for again.</param>
    /// <param name="Failure">Why they could not be read; null otherwise.</param>
    private sealed record Recollected(TimeSpan Pace, IReadOnlyList<WrittenComment> Comments, IReadOnlyList<CommentDraft> Held, Exception? Failure);
}
